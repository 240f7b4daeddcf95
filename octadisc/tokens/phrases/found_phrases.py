"""Phrases found in the texts: words that follow each other more often than chance, with the evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import UnknownNameError, did_you_mean
from octadisc.spec import Spec
from octadisc.tokens.phrases.phrases import Sequences, find_sequences

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.tokens.tokens import Tokens

__all__ = ["MEASURES", "Phrases"]

# The column by which each measure ranks: of the log odds, what is certain of them.
MEASURES = {
    "log_odds": "low",
    "log_likelihood": "log_likelihood",
    "npmi": "npmi",
    "log_dice": "log_dice",
    "t": "t",
}


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Phrases:
    """Words that stand together, and how well that is known; made by `od.find_phrases`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    tokens : Tokens
        Where they were found, word by word.
    words : list of tuple of str
        The words of each row's phrase.
    counted : array of bool, shape (releases,)
        The releases that counted.
    """

    frame: pd.DataFrame
    spec: Spec
    tokens: Tokens
    words: list[tuple[str, ...]]
    counted: npt.NDArray[np.bool_]

    def to_frame(self) -> pd.DataFrame:
        """Give one row a phrase and language, the best first.

        Columns: phrase, language (missing where it is unknown), words (their number), count, releases and
        issuers in which it stands, weakest (where it comes apart most easily: all measures are for these two
        parts), expected (count if the parts were independent), log_likelihood (G²), npmi, log_dice, t,
        log_odds with its interval low and high, p_value (one-sided) and q_value, part_of (a longer phrase
        that has more than half of its occurrences; missing if there is none).
        """
        return self.frame.copy()

    def evidence(self, phrase: str, language: str | None = None) -> pd.DataFrame:
        """Give the sentences in which a phrase stands, one row an occurrence; they add up to `count`.

        Parameters
        ----------
        phrase : str
            As it stands in the frame.
        language : str, optional
            Where it was found in several languages; all of them if left out.

        Returns
        -------
        DataFrame
            release, date, issuer, source, start, end (of the occurrence in the text), sentence.

        Raises
        ------
        UnknownNameError
            If there is no such phrase, or not in this language.
        """
        mine = self.frame["phrase"] == phrase
        if not mine.any():
            raise UnknownNameError(
                f"There is no phrase {phrase!r}.{did_you_mean(phrase, self.frame['phrase'])}"
            )
        if language is not None:
            known = self.frame.loc[mine, "language"].fillna("")
            mine &= self.frame["language"].fillna("") == language
            if not mine.any():
                raise UnknownNameError(
                    f"The phrase {phrase!r} was not found in {language!r}.{did_you_mean(language, known)}"
                )
        tokens, rows, starts, ends = self.tokens, [], [], []
        places = find_sequences(tokens, self.sequences_in(tokens, np.flatnonzero(mine).tolist()))
        for shard, (first, length) in zip(tokens.shards, places, strict=True):
            rows.append(np.searchsorted(shard.rows, first, side="right") - 1 + shard.first)
            starts.append(shard.starts[first])
            ends.append(shard.ends[first + length - 1])
        row, start, end = (np.concatenate(one) for one in (rows, starts, ends))
        listed = self.counted[row]
        return tokens.evidence(row[listed], start[listed], end[listed])

    def sequences_in(self, tokens: Tokens, rows: Iterable[int] | None = None) -> Sequences:
        """Give the types of the phrases in a vocabulary, by language; those that lack a word are left out."""
        place = {one: i for i, one in enumerate(tokens.vocabulary)}
        languages = self.frame["language"].fillna("").tolist()
        found: Sequences = {}
        for row in range(len(self.frame)) if rows is None else rows:
            if all(one in place for one in self.words[row]):
                types = tuple(place[one] for one in self.words[row])
                found.setdefault(languages[row], set()).add(types)
        return found

    def plot(self, ax: Axes | None = None, *, n: int = 20) -> Axes:
        """Draw the best phrases as points on the measure that ranked them, with their counts beside them.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new one if left out.
        n : int
            How many phrases. The log odds have their intervals.
        """
        from octadisc.tokens.phrases.phrase_plots import plot_phrases

        return plot_phrases(self, ax, n=n)

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        n = self.frame["language"].fillna("").nunique()
        return f"Phrases({len(self):,} phrases in {n} language{'s' * (n != 1)})"

    def _repr_html_(self) -> str:
        columns = ["phrase", "language", "count", "releases", "issuers", "log_likelihood", "npmi", "log_odds"]
        head = self.frame[[*columns, "low", "high", "part_of"]].head(10)
        formats = dict.fromkeys(("log_odds", "low", "high"), "{:.1f}".format)
        formats |= {"log_likelihood": "{:,.0f}".format, "npmi": "{:.2f}".format}
        table = head.to_html(index=False, na_rep="–", border=0, formatters=formats)
        rest = f"<p>… and {len(self) - len(head):,} rows more.</p>" if len(self) > len(head) else ""
        return f"<p><b>Phrases</b>: {escape(repr(self)[8:-1])}</p>{table}{rest}"
