"""Who speaks: names of one body put together, by a column of the corpus or by a table of patterns."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from octadisc.corpus import Corpus
from octadisc.errors import InputError, MissingFileError, UnknownNameError, did_you_mean
from octadisc.figures.words import counted, listed
from octadisc.spec import Spec
from octadisc.tokens import Tokens, tokenize

__all__ = ["NAMED", "as_named", "describe_bodies", "match_bodies", "read_bodies", "with_issuers"]

NAMED = "issuer_named"  # column of the names as they were, where bodies took their place
_COLUMNS = ("issuer", "who")


def with_issuers(corpus: Corpus, who: Any) -> Corpus:
    """Take for the issuers what puts several of their names together, so that these are compared as one.

    Parameters
    ----------
    corpus : Corpus
    who : str or path
        A column of the corpus; or a CSV file with the columns issuer and who, see `read_bodies`. Issuers that
        no line of it fits keep their names.

    Raises
    ------
    UnknownNameError, MissingFileError, InputError
        If there is no such column or file, or the file is not such a table.
    """
    if who == "issuer":
        return corpus
    if _is_file(who):
        made = match_bodies(corpus.frame["issuer"], read_bodies(who)).fillna(corpus.frame["issuer"])
        what = Path(who).name
    elif who in corpus.frame:
        made = corpus.frame[who].astype("str").where(corpus.frame[who].notna())
        what = str(who)
    else:
        raise UnknownNameError(
            f"WHO={who!r}: the corpus has no such column.{did_you_mean(str(who), map(str, corpus.frame))} "
            "A table of names is a file that ends in .csv."
        )
    spec = Spec("with_issuers", {"who": what}, inputs=(corpus.spec,), fingerprint="derived")
    frame = corpus.frame.assign(**{NAMED: corpus.frame["issuer"]}, issuer=made)
    return Corpus.from_frame(frame, issues=corpus.issues, dates=corpus.dates, spec=spec)


def as_named(tokens: Tokens) -> Tokens:
    """Give the same releases under the names that their issuers had before they were put together.

    How much releases scatter is told by their issuers. Bodies differ for good, and that is no scatter of a
    course as it was published; offices and persons, the smallest that publish, tell it better.
    """
    frame = tokens.corpus.frame
    if NAMED not in frame:
        return tokens
    spec = Spec("as_named", {}, inputs=(tokens.corpus.spec,), fingerprint="derived")
    return tokenize(Corpus.from_frame(frame.assign(issuer=frame[NAMED]), spec=spec))


def _is_file(who: Any) -> bool:
    return str(who).casefold().endswith(".csv")


def read_bodies(path: Any) -> pd.DataFrame:
    """Read which names are of which body.

    Parameters
    ----------
    path : path
        A CSV file with the columns issuer and who. In issuer * stands for anything and ? for one character;
        upper and lower case are the same; the first line that fits counts.

    Raises
    ------
    MissingFileError, InputError
        If there is no such file, or it is not such a table.
    """
    place = Path(path)
    if not place.is_file():
        raise MissingFileError(
            f"{place}: there is no such file. Expected a CSV with the columns issuer and who."
        )
    try:
        table = pd.read_csv(place, dtype="str", encoding="utf-8-sig", skipinitialspace=True)
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{place}: cannot be read as a CSV file in UTF-8 ({error}).") from None
    table.columns = [str(one).strip().casefold() for one in table.columns]
    missing = [one for one in _COLUMNS if one not in table]
    if missing:
        raise InputError(
            f"{place}: expected the columns issuer and who, found {listed(table.columns) or 'none'}. "
            "A line such as *foreign affairs*,Foreign ministry puts names together."
        )
    table = table[list(_COLUMNS)].apply(lambda one: one.str.strip())
    empty = table.index[table.isna().any(axis=1) | (table == "").any(axis=1)]
    if len(empty):
        rows = listed([str(one + 2) for one in empty], 4)
        raise InputError(
            f"{place}: an issuer or who is empty in line {rows}. Fill it in, or delete the line."
        )
    if table.empty:
        raise InputError(
            f"{place}: there is no line below the first. Expected an issuer and who it is in each."
        )
    return table


@cache
def _pattern(text: str) -> re.Pattern[str]:
    parts = (".*" if one == "*" else "." if one == "?" else re.escape(one) for one in text.casefold())
    return re.compile("".join(parts), re.DOTALL)


def match_bodies(issuers: pd.Series, bodies: pd.DataFrame) -> pd.Series:
    """Give the body of each issuer: that of the first line that fits; missing where none does.

    Examples
    --------
    >>> lines = pd.DataFrame({"issuer": ["shadow *", "*immigration*"], "who": ["Opposition", "Ministry"]})
    >>> match_bodies(pd.Series(["MINISTER FOR IMMIGRATION", "Shadow Treasurer", "x"]), lines).tolist()
    ['Ministry', 'Opposition', nan]
    """
    lines = [(_pattern(a), b) for a, b in zip(bodies["issuer"], bodies["who"], strict=True)]
    names = issuers.dropna().unique()
    of = {
        name: next((who for pattern, who in lines if pattern.fullmatch(str(name).casefold().strip())), None)
        for name in names
    }
    return issuers.map(of).astype("str").where(issuers.map(of).notna())


def describe_bodies(corpus: Corpus, who: Any) -> str:
    """Say how many names were put together in how many bodies, and which were not.

    Parameters
    ----------
    corpus : Corpus
        As it was before `with_issuers`.
    who : str or path
    """
    if who == "issuer":
        return ""
    issuers = corpus.frame["issuer"]
    if not _is_file(who):
        return f"Who publishes is taken from the column {who}."
    bodies = read_bodies(who)
    made = match_bodies(issuers, bodies)
    text = (
        f"{counted(int(issuers[made.notna()].nunique()), 'name')} of issuers put together in "
        f"{counted(int(made.nunique()), 'body', 'bodies')} ({counted(int(made.notna().sum()), 'release')})"
    )
    left = issuers[made.isna()].value_counts()
    if len(left):
        most = [f"{name} {n:,}" for name, n in left.head(6).items()]
        text += (
            f"; {counted(len(left), 'name')} that no line fits kept as they are "
            f"({counted(int(left.sum()), 'release')}: {', '.join(most)}"
            + (f" and {len(left) - 6:,} more)" if len(left) > 6 else ")")
        )
    idle = [one for one in dict.fromkeys(bodies["who"]) if one not in set(made.dropna())]
    return text + (f"; nobody is {listed(idle, 6)}." if idle else ".")
