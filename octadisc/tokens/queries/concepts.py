"""Concepts: one name, queries per language, read from a file that a researcher keeps."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from octadisc.errors import InputError, MissingFileError, UnreadableError, did_you_mean
from octadisc.tokens.queries.grammar import parse

__all__ = ["load_concepts"]

Concepts = dict[str, Any]

_LANGUAGES = frozenset(
    "ar az be bg bs ca cnr cs cy da de el en es et eu fa fi fr ga gl he hbs hr hu hy is it ja ka kk ko lb lt "
    "lv me mk mt nb nl nn no pl pt ro ru sh sk sl sq sr sv tr uk vi zh".split()
)
_HEADER = ["concept", "language", "query"]


def load_concepts(path: str | os.PathLike[str] | None = None) -> Concepts:
    r"""Read concepts, or a dictionary of categories, from a YAML or CSV file.

    In YAML a name stands before its queries, or before languages and the queries in each; a category
    may have categories of its own, whose names are joined by " / "::

        mutual trust:
          en: [mutual trust, trust []{0,3} each other]
          sl: medsebojn* zaupanj*
        operations:
          raids: [raid*, '{search} of premises']
          teams: joint (investigation)? team*

    In CSV there is a row a concept and language (left empty: all), with ``|`` between alternatives:
    concept,language,query. Lines that begin with # are passed over.

    Parameters
    ----------
    path : path, optional
        Without one, octadisc's own list of concepts of regional crime cooperation is given.

    Returns
    -------
    dict
        From names to queries, as `od.track_terms` takes them.

    Raises
    ------
    MissingFileError, UnreadableError, InputError
        If the file is not there, is neither, has a name twice, or a query that cannot be read; the
        message names the file, the concept and the language.

    Examples
    --------
    >>> import octadisc as od
    >>> od.load_concepts()["threat assessment"]["en"]
    ['threat assessment*']
    """
    if path is None:
        return {name: {code: list(one) for code, one in by.items()} for name, by in _own().items()}
    source = Path(path)
    if not source.exists():
        raise MissingFileError(f"{source}: there is no such file. Expected concepts as .yaml or .csv.")
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableError(f"{source}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{source}: byte {error.start} is no UTF-8. Save the file as UTF-8.") from None
    read = _read_csv if source.suffix.lower() == ".csv" else _read_yaml
    concepts = read(source.name, text)
    if not concepts:
        raise InputError(
            f"{source.name}: there is no concept in it. Expected for example: trust: [trust, trust*]"
        )
    for name, query in concepts.items():
        for language, wordings in query.items() if isinstance(query, Mapping) else [("", query)]:
            _check(f"{source.name}: {name}{f' ({language})' if language else ''}", wordings)
    return concepts


@cache
def _own() -> Concepts:
    text = (resources.files("octadisc") / "facts" / "concepts.csv").read_text("utf-8")
    return _read_csv("concepts.csv", text)


def _check(where: str, wordings: list[str]) -> None:
    for one in wordings:
        try:
            parse(one)
        except InputError as error:
            raise InputError(f"{where}: {error}") from None


def _read_csv(name: str, text: str) -> Concepts:
    lines = [one for one in text.splitlines() if not one.startswith("#")]
    by_semicolons = bool(lines) and ";" in lines[0] and "," not in lines[0]
    rows = csv.DictReader(lines, delimiter=";" if by_semicolons else ",")
    if list(rows.fieldnames or []) != _HEADER:
        found = ", ".join(rows.fieldnames or []) or "nothing"
        raise InputError(f"{name}: the first line has {found}. Expected {','.join(_HEADER)}.")
    made: dict[str, dict[str, list[str]]] = {}
    for number, row in enumerate(rows, start=2):
        concept, language, query = ((row[one] or "").strip() for one in _HEADER)
        if None in row or not concept or not query:
            raise InputError(
                f"{name}, row {number}: expected a concept, a language or nothing, and a query; put the "
                "query in quotation marks if it has a comma."
            )
        if language and language not in _LANGUAGES:
            raise InputError(
                f"{name}, row {number}: {language!r} is no code of a language."
                f"{did_you_mean(language.lower(), sorted(_LANGUAGES))}"
            )
        if language in made.setdefault(concept, {}):
            raise InputError(f"{name}, row {number}: {concept!r} has {language or 'all languages'!r} twice.")
        made[concept][language] = [query] if _is_grouped(query) else [one.strip() for one in query.split("|")]
        if "" in made[concept] and len(made[concept]) > 1:
            raise InputError(
                f"{name}, row {number}: {concept!r} has a row for all languages and one for "
                f"{language or 'some'}. Give each row its language."
            )
    return {one: by.get("", by) for one, by in made.items()}


def _is_grouped(query: str) -> bool:
    """Say whether alternatives may stand inside a group, a bracket or an expression."""
    return re.search(r"[(\[/\"{]|\swithin\s", query) is not None


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML has no types
    """Reads every scalar as text (``no`` is Norwegian, not false), and refuses a key that stands twice."""


def _text_only(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(node.value)


def _unique_keys(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in node.value:
        name = str(loader.construct_object(key, deep=True))
        if name in made:
            raise yaml.MarkedYAMLError(problem=f"{name!r} stands twice", problem_mark=key.start_mark)
        made[name] = loader.construct_object(value, deep=True)
    return made


_Loader.yaml_implicit_resolvers = {}
_Loader.add_constructor("tag:yaml.org,2002:str", _text_only)
_Loader.add_constructor("tag:yaml.org,2002:map", _unique_keys)


def _read_yaml(name: str, text: str) -> Concepts:
    try:
        made = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(
            f"{name}{line}: {error.problem}. Queries that begin with a sign such as [, {{ or *, or hold a "
            "colon, stand in single quotation marks in YAML."
        ) from None
    except yaml.YAMLError as error:
        raise InputError(f"{name}: is no YAML ({str(error).splitlines()[0]}).") from None
    if not isinstance(made, dict):
        raise InputError(f"{name}: expected names before their queries, for example: trust: [trust, trust*]")
    return dict(_concepts(name, made, ""))


def _concepts(source: str, given: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for name, value in given.items():
        path = f"{above} / {name}" if above else name
        if not isinstance(value, Mapping):
            yield path, _wordings(f"{source}: {path}", value)
        elif _has_languages(f"{source}: {path}", value):
            yield path, {code: _wordings(f"{source}: {path} ({code})", one) for code, one in value.items()}
        else:
            yield from _concepts(source, value, path)


def _has_languages(where: str, value: Mapping[str, Any]) -> bool:
    """Say whether what stands under a name are languages; complain where some are."""
    known = [one for one in value if one in _LANGUAGES]
    other = [one for one in value if one not in _LANGUAGES]
    if known and other:
        raise InputError(
            f"{where}: {known[0]} is the code of a language, {other[0]} is none."
            f"{did_you_mean(other[0].lower(), sorted(_LANGUAGES))} Expected codes in small letters, or "
            "categories with other names."
        )
    return bool(known)


def _wordings(where: str, value: Any) -> list[str]:
    given = [value] if isinstance(value, str) else value
    fits = isinstance(given, list) and all(isinstance(one, str) and one.strip() for one in given)
    if not fits or not given:
        raise InputError(
            f"{where}: expected a query or a list of queries. Queries with brackets or braces stand in "
            "single quotation marks in YAML."
        )
    return [one.strip() for one in given]
