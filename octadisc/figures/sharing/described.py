"""PACKAGE.md: what is in a package, what was left out and why, and how both can be checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from octadisc.figures.words import counted, listed

__all__ = ["PACKAGE", "describe_package"]

PACKAGE = "PACKAGE.md"
_PARTS = {
    "releases.csv": "a row a release: id, date, issuer, language, address (url), where it was found "
    "(source), length in words and characters, which other it repeats, SHA-256 of its text and "
    "of its page (UTF-8)",
    "counts/counts.mtx": "how often each term stands in each release (Matrix Market: row, column, count)",
    "counts/terms.txt": "the terms, a line a column of the matrix; the rows are those of releases.csv",
    "counts/queries.csv": "how often each query of the figures stands in each release; empty: it has no "
    "wording in the release's language",
    "counts/queries.json": "the queries, as they were asked",
    "figures/index.html": "the page of figures; figures/ has each as PDF, SVG, PNG, its numbers (CSV) and "
    "its recipe (JSON)",
    "study.toml": "what was asked: corpus, periods, concepts, events, topics",
    "notebooks/": "what made the figures, without what it showed",
    "methods.md": "the methods, in the author's words",
    "requirements.txt": "the version of octadisc",
    "manifest.json": "all files with their SHA-256, and the rules by which texts were kept out",
}


def describe_package(contents: Mapping[str, Any], files: Mapping[str, bytes], releases: pd.DataFrame) -> str:
    """Write PACKAGE.md.

    Parameters
    ----------
    contents : mapping
        What manifest.json says, but the list of files.
    files : mapping of bytes
        All files but this one and manifest.json.
    releases : DataFrame
        releases.csv, as text.
    """
    rules = contents["rules"]
    by = f", by {contents['author']}" if contents["author"] else ""
    lines = [
        f"# {contents['study']}: package",
        "",
        f"What may be shared of a study made with octadisc {contents['versions']['octadisc']}{by}: "
        f"{_describe_releases(releases)}. Fingerprint of the corpus: {contents['fingerprint']}.",
        "",
        "## What is in it",
        "",
        "| file | what it is |",
        "|---|---|",
        *(f"| {name} | {says} |" for name, says in _PARTS.items() if _is_there(name, files)),
        *(f"| {name} | the author's own, which a notebook reads |" for name in contents["own_files"]),
        "",
        "## What is not in it, and why",
        "",
        *_describe_rules(rules, contents),
        *(f"- {name}: {why}." for name, why in contents["left_out"].items()),
        "",
        "Before it was written, every file (tables, recipes, the page, text in drawings, metadata of PDF and "
        f"PNG, notebooks) was searched for any {rules['longest'] + 1} words in a row that stand in a text, a "
        "page"
        + ("" if rules["titles"] else " or a title")
        + " of the corpus; none is left. Not searched are "
        "addresses, ids and names of files, which may spell out a title. Names of issuers and the queries "
        "may stand at any length. A table of counts is no text, but that of a very short "
        "release says much of it.",
        "",
        "## How to check it",
        "",
        "    octadisc check PACKAGE.zip                  # the zip, or the folder that it was unpacked to",
        "    octadisc check PACKAGE.zip --corpus PATH    # for those who have the releases",
        "",
        "The first compares all files with manifest.json, and counts again what the figures count: releases, "
        "words and occurrences per period. The second compares the releases with their hashes, one by one, "
        "and makes all figures again. Who has not got the releases finds most of them at their addresses in "
        "releases.csv; whether what stands there today is what was read then, the hashes tell.",
        "",
    ]
    return "\n".join(lines)


def _is_there(name: str, files: Mapping[str, bytes]) -> bool:
    if name == "manifest.json":
        return True
    return any(one.startswith(name) for one in files) if name.endswith("/") else name in files


def _describe_releases(releases: pd.DataFrame) -> str:
    days = sorted(one for one in releases["date"] if one)
    text = counted(len(releases), "release")
    issuers = releases.loc[releases["issuer"] != "", "issuer"].nunique()
    text += f" of {counted(issuers, 'issuer')}" if issuers else ""
    return text + (f", dated {days[0]} to {days[-1]}" if days else "")


def _describe_rules(rules: Mapping[str, Any], contents: Mapping[str, Any]) -> list[str]:
    said = []
    if rules["quote"]:
        said.append(
            f"- Sentences: of each that is evidence, at most {rules['quote']} words in a row are left, "
            "wherever it stands the same ones. Its release and its place in the text (start and end, in "
            "characters) are whole, so that who has the text finds it. Sentences of up to "
            f"{rules['quote']} words stand whole; --quote 5 leaves at most five words of each, "
            "--quote 0 none."
        )
    else:
        said.append(
            "- Sentences: none. Of evidence, only the releases and the places in their texts (start and end, "
            f"in characters) are left. Elsewhere up to {rules['longest']} words in a row may stand: labels, "
            "topics."
        )
    if not rules["titles"]:
        said.append("- Titles of the releases: they are text as well.")
    if contents["withheld_terms"]:
        why = []
        if rules["min_releases"] > 1:
            why.append(f"terms that stand in fewer than {rules['min_releases']} releases")
        if rules["names"]:
            why.append("words of the names that were replaced")
        said.append(
            f"- Of the matrix of counts, {counted(contents['withheld_terms'], 'term')}: {listed(why)}. The "
            "words of each release in releases.csv count all of them."
        )
    if contents["cut"]:
        n = sum(contents["cut"].values())
        said.append(
            f"- Longer stretches of text in {counted(n, 'cell or string', 'cells and strings')} of "
            f"{listed(sorted(contents['cut']), 4)}: cut where “[…]” stands."
        )
    if rules["names"]:
        n = sum(contents["replaced"].values())
        said.append(
            f"- {counted(rules['names'], 'name')} of private persons, replaced in {counted(n, 'place')}"
            + (f" of {listed(sorted(contents['replaced']), 4)}" if n else "")
            + ". Addresses and ids that held one lead nowhere now. A word of a name that stands alone, such "
            "as a first name, is withheld where it is a term of the matrix"
            + (
                f" or of a table ({counted(contents['withheld_words'], 'cell')})"
                if contents["withheld_words"]
                else ""
            )
            + "; in what is left of sentences it stands."
        )
    return said
