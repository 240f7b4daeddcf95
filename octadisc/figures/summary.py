"""A corpus in a paragraph: how many releases of whom, from when to when, and what was mended."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from octadisc.figures.files import to_csv, to_json
from octadisc.figures.save import figures_folder
from octadisc.figures.words import counted, language_name, listed
from octadisc.writing import write_whole

if TYPE_CHECKING:
    import pandas as pd

    from octadisc.corpus import Corpus

__all__ = ["ISSUES", "SUMMARY", "describe", "describe_issues", "list_issues", "save_summary", "summarize"]

SUMMARY = "corpus.json"
ISSUES = "issues.csv"
_NO_RELEASES = ("index of a web archive",)  # files that hold none


def summarize(corpus: Corpus) -> dict[str, Any]:
    """Count what a corpus holds: releases, issuers, dates, languages, re-issues, issues."""
    frame = corpus.frame
    known = frame["date"].dropna()
    copies = (
        int((frame["duplicate_of"].notna() & (frame["text"] != "")).sum()) if "duplicate_of" in frame else 0
    )
    return {
        "releases": len(frame),
        "issuers": int(frame["issuer"].nunique()),
        "without_issuer": int(frame["issuer"].isna().sum()),
        "undated": len(frame) - len(known),
        "first": f"{known.min():%Y-%m-%d}" if len(known) else None,
        "last": f"{known.max():%Y-%m-%d}" if len(known) else None,
        "languages": _counts(frame["language"]),
        "without_language": int(frame["language"].isna().sum()),
        "reissues": copies,
        "issues": _counts(corpus.issues["what"]),
        "left_out": _counts(_left_out(corpus.issues)["what"]),
        "fingerprint": corpus.fingerprint,
    }


def _left_out(issues: pd.DataFrame) -> pd.DataFrame:
    """Give the files and records that were not read at all; a part of a release is none of them."""
    whole = (issues["done"] == "left out") & issues["release"].isna()
    return issues[whole & ~issues["what"].isin(_NO_RELEASES)]


def _counts(values: Any) -> dict[str, int]:
    found = values.dropna().value_counts()
    return {str(name): int(n) for name, n in sorted(found.items(), key=lambda one: (-one[1], str(one[0])))}


def describe(corpus: Corpus | dict[str, Any]) -> str:
    """Give the corpus in one paragraph.

    Examples
    --------
    >>> from octadisc.corpus import Corpus
    >>> releases = [{"text": "a", "date": "2008-03-28", "issuer": "SELEC", "language": "en"}, {"text": "b"}]
    >>> print(describe(Corpus.from_frame(releases)))
    2 releases of 1 issuer, dated 2008-03-28; 1 without a date, 1 without an issuer.
    Language: English 1, not known 1.
    """
    found = corpus if isinstance(corpus, dict) else summarize(corpus)
    n, issuers = found["releases"], found["issuers"]
    text = counted(n, "release") + (f" of {counted(issuers, 'issuer')}" if issuers else "")
    if found["first"]:
        text += f", dated {found['first']}" + (
            f" to {found['last']}" if found["last"] != found["first"] else ""
        )
    missing = []
    if found["undated"]:
        missing.append("none has a date" if found["undated"] == n else f"{found['undated']:,} without a date")
    if found["without_issuer"]:
        none = found["without_issuer"] == n
        missing.append("none names its issuer" if none else f"{found['without_issuer']:,} without an issuer")
    if found["reissues"]:
        missing.append(f"{counted(found['reissues'], 're-issue')} of another")
    text += ("; " + ", ".join(missing) if missing else "") + "."
    spoken = sorted(found["languages"].items(), key=lambda one: (-one[1], one[0]))
    languages = [f"{language_name(code)} {many:,}" for code, many in spoken]
    if found["without_language"]:
        languages.append(f"not known {found['without_language']:,}")
    several = "s" if len(found["languages"]) > 1 else ""
    return f"{text} Language{several}: {', '.join(languages)}." if languages else text


def describe_issues(corpus: Corpus) -> str:
    """Say in one sentence what was mended, missing or left out."""
    issues = corpus.issues
    if not len(issues):
        return "Nothing had to be mended or left out."
    kinds = [f"{what} {n:,}" for what, n in _counts(issues["what"]).items()]
    return f"{counted(len(issues), 'issue')} (corpus.issues lists each): {listed(kinds, 8)}."


def list_issues(corpus: Corpus, kind: str) -> pd.DataFrame:
    """Give the issues of a kind as evidence: what was found, and what was done about it."""
    mine = corpus.issues[corpus.issues["what"] == kind].reset_index(drop=True)
    known = corpus.frame.drop_duplicates("release").set_index("release")[["date", "issuer"]]
    about = known.reindex(mine["release"]).reset_index(drop=True)
    said = [
        "; ".join(str(one) for one in (found, done) if isinstance(one, str) and one)
        for found, done in zip(mine["found"], mine["done"], strict=True)
    ]
    release = mine["release"].fillna(mine["source"]).fillna("")
    return about.assign(release=release, source=mine["source"], start=0, end=0, sentence=said)


def save_summary(corpus: Corpus, folder: str | os.PathLike[str] | None = None) -> Path:
    """Write the corpus's counts beside the figures, and each of its issues."""
    if len(corpus.issues):
        write_whole(figures_folder(folder) / ISSUES, to_csv([("issues", corpus.issues)]))
    return write_whole(figures_folder(folder) / SUMMARY, to_json(summarize(corpus)))
