"""What the estimator is given, and the model that it gives: from arrays and frames to ours, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from octadisc.errors import InputError, UnknownNameError
from octadisc.spec import Spec
from octadisc.terms.counts import RELEASE_COLUMNS, TermCounts
from octadisc.topics.making import make_model
from octadisc.topics.model import TopicModel
from octadisc.topics.structural.covariates import Covariates, read_covariates

__all__ = ["covariate_rows", "name_columns", "name_model", "read_prevalence", "wrap_counts"]


def covariate_rows(given: Any, n: int) -> pd.DataFrame:
    """Give covariates as a table."""
    if given is None:
        return pd.DataFrame(index=range(n))
    if isinstance(given, (pd.DataFrame, pd.Series)):
        table = pd.DataFrame(given).reset_index(drop=True)
    else:
        values = np.asarray(given)
        values = values[:, None] if values.ndim == 1 else values
        if values.ndim != 2:
            raise InputError(f"prevalence is an array of shape {values.shape}. Expected rows and columns.")
        table = pd.DataFrame(values, columns=[f"x{i}" for i in range(values.shape[1])]).infer_objects()
    if len(table) != n:
        raise InputError(f"prevalence has {len(table):,} rows, and there are {n:,} releases.")
    return table


def read_prevalence(
    table: pd.DataFrame, formula: str | None, content: str | None, counted: npt.NDArray[np.bool_]
) -> Covariates:
    """Read covariates by a formula, or all of them."""
    if not len(table.columns) and (formula is not None or content is not None):
        what = f"prevalence={formula!r}" if formula is not None else f"content={content!r}"
        raise UnknownNameError(
            f"{what} needs columns. Give them to fit: fit(X, prevalence=frame); in a pipeline "
            "pipeline.fit(texts, structuraltopicmodel__prevalence=frame)."
        )
    if formula is None:
        named = [f"`{one}`" for one in table.columns if one != content]
        formula = "~ " + " + ".join(named) if named else None
    return read_covariates(table, formula, content, counted)


def name_columns(n: int, names: Any) -> list[str]:
    """Give the terms of columns: as they are called, else x0, x1 and so on."""
    terms = [f"x{i}" for i in range(n)] if names is None else [str(one) for one in names]
    if len(terms) != n or len(set(terms)) < n:
        raise InputError(
            f"terms are {len(terms):,}, of which {len(set(terms)):,} differ. Expected {n:,}, one a column."
        )
    return terms


def wrap_counts(matrix: sparse.csr_matrix, terms: list[str], table: pd.DataFrame) -> TermCounts:
    """Give a matrix as counts of releases."""
    n = matrix.shape[0]
    releases = table.copy()
    for column in RELEASE_COLUMNS:
        if column not in releases:
            releases[column] = pd.NaT if column == "date" else np.nan
    if releases["release"].isna().all():
        releases["release"] = pd.Series([str(i + 1) for i in range(n)], dtype="str")
    releases["tokens"] = np.asarray(matrix.sum(axis=1)).ravel()
    spec = Spec("StructuralTopicModel.fit", {"releases": n, "terms": len(terms)})
    return TermCounts(matrix, terms, releases, np.ones(n), None, spec)


def name_model(model: TopicModel, terms: Sequence[str] | None, releases: pd.DataFrame | None) -> TopicModel:
    """Give a model its terms and releases; see `StructuralTopicModel.to_model`."""
    names = model.terms if terms is None else [str(one) for one in terms]
    if len(names) != len(model.terms) or len(set(names)) < len(names):
        raise InputError(
            f"terms are {len(names):,}, of which {len(set(names)):,} differ. Expected the "
            f"{len(model.terms):,} terms of the columns that the model was fitted to."
        )
    table = model.releases if releases is None else pd.DataFrame(releases).reset_index(drop=True)
    if len(table) != len(model.releases):
        raise InputError(f"releases has {len(table):,} rows. Expected {len(model.releases):,}.")
    known = [one for one in model.releases if one not in table]
    order = np.argsort(np.array(names, object), kind="stable")
    empty = sparse.csr_matrix((len(table), len(names)), dtype=np.int32)
    more = table.assign(**{one: model.releases[one].to_numpy() for one in known if one != "tokens"})
    if "tokens" not in more:
        more["tokens"] = model.releases["tokens"].to_numpy()
    counts = TermCounts.from_matrix(empty, names, more)
    structure = model.structure
    content = None if structure is None else structure.content
    if structure is not None and content is not None:
        kept = content.deviations
        moved = kept._replace(
            baseline=kept.baseline[order],
            topic=kept.topic[:, order],
            level=kept.level[:, order],
            both=kept.both[:, :, order],
        )
        content = replace(content, words=content.words[:, :, order], deviations=moved)
        structure = replace(structure, content=content)
    if structure is not None and structure.keywords is not None:
        called = dict(zip(model.terms, names, strict=True))
        structure = replace(structure, keywords=structure.keywords.rename_terms(called))
    return make_model(
        counts,
        model.shares,
        model.words[:, order],
        model.bound,
        spec=model.spec,
        weights=model.weights,
        notes=model.notes,
        structure=structure,
    )
