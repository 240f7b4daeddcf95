"""What a package holds in place of the texts: a table of the releases, and their counts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.figures.files import sha256_of, to_csv, to_json
from octadisc.writing import encodable

if TYPE_CHECKING:
    from octadisc.corpus import Corpus
    from octadisc.tokens import Tokens

__all__ = ["collect_queries", "count_queries", "count_terms_of", "tabulate_releases", "text_hash"]

RELEASES, MATRIX, TERMS, QUERIES, WORDINGS = (
    "releases.csv", "counts/counts.mtx", "counts/terms.txt", "counts/queries.csv", "counts/queries.json",
)  # fmt: skip


def text_hash(text: Any) -> str:
    """Give the SHA-256 of a text as UTF-8; nothing where there is none.

    Examples
    --------
    >>> text_hash("Trust.")[:12], text_hash(None)
    ('edf4521fd7a3', '')
    """
    if not isinstance(text, str):
        return ""
    return sha256_of(encodable(text).encode())


def tabulate_releases(corpus: Corpus, tokens: Tokens, *, titles: bool) -> pd.DataFrame:
    """Give a row a release: what it is, where it was found, how long it is, and its hash."""
    frame = corpus.frame
    made = pd.DataFrame({"release": frame["release"], "date": frame["date"], "issuer": frame["issuer"]})
    for name in ("language", "url", "source"):
        made[name] = frame.get(name)
    made["words"] = np.asarray(tokens.lengths, int)
    made["characters"] = frame["text"].fillna("").str.len().to_numpy(int)
    again = None
    if "duplicate_of" in frame:  # as `without_reissues` has it
        again = frame["duplicate_of"].where(frame["text"] != "")
    made["reissue_of"] = again
    made["sha256_of_text"] = [text_hash(one) for one in frame["text"]]
    pages = frame["page"] if "page" in frame else pd.Series(None, index=frame.index, dtype=object)
    made["sha256_of_page"] = [text_hash(one) for one in pages]
    if titles and "title" in frame:
        made["title"] = frame["title"]
    return made.reset_index(drop=True)


def count_terms_of(
    tokens: Tokens, least: int, withhold: Callable[[str], bool]
) -> tuple[dict[str, bytes], int]:
    """Give the matrix of counts and its terms as files, and how many terms are withheld.

    Parameters
    ----------
    tokens : Tokens
    least : int
        Terms that stand in fewer releases are withheld.
    withhold : callable
        Says of a term whether it is withheld for another reason.
    """
    from octadisc.terms.counting import count_terms

    counts = count_terms(tokens)
    spread = np.bincount(counts.matrix.indices, minlength=len(counts.terms))
    keep = np.array(
        [n >= least and not withhold(term) for term, n in zip(counts.terms, spread, strict=True)], bool
    )
    matrix = counts.matrix[:, keep].tocoo()
    order = np.lexsort((matrix.col, matrix.row))
    rows, columns, values = matrix.row[order] + 1, matrix.col[order] + 1, matrix.data[order]
    lines = [
        "%%MatrixMarket matrix coordinate integer general",
        "% rows: releases, in the order of releases.csv; columns: terms, in the order of terms.txt",
        f"{matrix.shape[0]} {matrix.shape[1]} {values.size}",
        *(f"{row} {column} {value}" for row, column, value in zip(rows, columns, values, strict=True)),
    ]
    terms = [term for term, kept in zip(counts.terms, keep, strict=True) if kept]
    files = {
        MATRIX: ("\n".join(lines) + "\n").encode(),
        TERMS: "".join(f"{encodable(term)}\n" for term in terms).encode(),
    }
    return files, int((~keep).sum())


def collect_queries(recipes: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Give the queries that the figures follow, by name, as their recipes have them."""
    made: dict[str, Any] = {}
    for recipe in recipes:
        for result in recipe.get("results", ()):
            queries = result.get("parameters", {}).get("queries")
            if result.get("function") == "track_terms" and isinstance(queries, dict):
                for name, query in queries.items():
                    made.setdefault(name, query)
    return made


def count_queries(tokens: Tokens, queries: Mapping[str, Any]) -> dict[str, bytes]:
    """Count queries in each release: a column a query, empty where it has no wording in its language."""
    made: dict[str, Any] = {"release": tokens.corpus.frame["release"].to_numpy(object)}
    for name, query in queries.items():
        hits = tokens.find(query)
        made[name] = pd.array(np.where(hits.defined, hits.counts, 0), dtype="Int64")
        made[name][~hits.defined] = pd.NA
    return {
        QUERIES: to_csv([("queries", pd.DataFrame(made))]),
        WORDINGS: to_json(json.loads(json.dumps(dict(queries)))),
    }
