"""Tags as they are given: by a column, by release, or one entry for each release in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.topics.effects.cases import table_of
from octadisc.topics.model import TopicModel

__all__ = ["read_tags"]


def read_tags(model: TopicModel, tags: Any, separator: Any = None) -> list[tuple[str, ...]]:
    """Give each release's tags, whatever way they were given; see `compare_tags`.

    Raises
    ------
    InputError, UnknownNameError
        If there is no such column, releases are not the model's or twice there, there are too many or too few
        entries, or a separator is none.
    """
    if separator is not None and (not isinstance(separator, str) or not separator):
        raise InputError(
            f'separator={separator!r}: expected what stands between several tags in one text, such as ";".'
        )
    releases = model.releases["release"].tolist()
    if isinstance(tags, str):
        table = table_of(model)
        if tags not in table:
            near = did_you_mean(tags, map(str, table.columns))
            raise UnknownNameError(f"tags={tags!r}: the releases have no such column.{near}")
        entries = table[tags].tolist()
    elif isinstance(tags, Mapping) or _names_releases(tags, releases):
        tags = tags if isinstance(tags, Mapping) else _by_release(tags)
        if not set(releases) & set(tags):
            raise InputError(
                f"None of the {len(tags):,} releases that have tags is one of the model's "
                f"({next(iter(tags), '')!r} is not). Expected the model's ids, such as {releases[0]!r}."
            )
        entries = [tags.get(one) for one in releases]
    else:
        entries = list(tags) if isinstance(tags, Iterable) else [tags]
        if len(entries) != len(releases):
            raise InputError(
                f"tags has {len(entries):,} entries, for {len(releases):,} releases. Expected one for each, "
                "a column's name, or tags by release."
            )
    return [_split(one, separator) for one in entries]


def _names_releases(tags: Any, releases: list[Any]) -> bool:
    return isinstance(tags, pd.Series) and not set(releases).isdisjoint(tags.index)


def _by_release(tags: pd.Series) -> dict[Any, Any]:
    """Give a Series whose index are releases as a mapping."""
    twice = tags.index[tags.index.duplicated()]
    if len(twice):
        raise InputError(f"tags: {twice[0]!r} stands twice in the index. Expected each release once.")
    return dict(zip(tags.index, tags.tolist(), strict=True))


def _split(entry: Any, separator: str | None) -> tuple[str, ...]:
    if isinstance(entry, str):
        parts: list[Any] = entry.split(separator) if separator else [entry]
    elif isinstance(entry, (list, tuple, set, frozenset, np.ndarray)):
        parts = list(entry)
    else:
        parts = [entry]
    said = [str(one).strip() for one in parts if one is not None and not _is_missing(one)]
    return tuple(dict.fromkeys(one for one in said if one))


def _is_missing(value: Any) -> bool:
    return bool(np.isscalar(value) and pd.isna(value)) or value is pd.NA or value is pd.NaT
