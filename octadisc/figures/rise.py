"""What else rose: the question among all words, by the same rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy import sparse

from octadisc.drawing.style import new_figure
from octadisc.errors import NotEnoughDataError
from octadisc.figures.drawings import Drawing, Missing
from octadisc.figures.words import chance, counted, listed
from octadisc.terms.counts import TermCounts
from octadisc.terms.rising.rising_plots import plot_rising, write_ratio

if TYPE_CHECKING:
    from octadisc.figures.question import Question
    from octadisc.terms.rising.rising import RisingTerms

__all__ = ["count_with_question", "describe_rising", "draw_rising", "row_of"]

_BEYOND = 0.05
_N_TERMS = 10


def count_with_question(counts: TermCounts, question: Question) -> TermCounts:
    """Add the question to counts of words as if it were one of them, called "→ name".

    Raises
    ------
    NotEnoughDataError
        If it does not occur.

    Examples
    --------
    >>> import octadisc as od
    >>> from octadisc.figures.question import Question
    >>> tokens = od.tokenize(od.Corpus.from_frame([{"text": "Mutual trust, and trust again."}]))
    >>> counts = count_with_question(od.count_terms(tokens), Question("it", "mutual trust", ""))
    >>> counts.terms, counts.matrix.toarray().tolist()
    (['again', 'and', 'mutual', 'trust', '→ it'], [[1, 1, 1, 2, 1]])
    """
    assert counts.tokens is not None  # they were counted here
    own = counts.tokens.find(question.query).counts
    if not own.any():
        raise NotEnoughDataError(f"{question.name} does not occur in these releases.")
    matrix = sparse.hstack([counts.matrix, sparse.csr_matrix(own[:, None])], format="csr")
    return TermCounts.from_matrix(matrix, [*counts.terms, f"→ {question.name}"], counts.releases)


def row_of(rising: RisingTerms | Missing, question: Question | Missing) -> tuple[int, int, object] | None:
    """Give the question's place among the terms of its direction, their number, and its row; None without."""
    if isinstance(rising, Missing) or isinstance(question, Missing):
        return None
    frame = rising.frame
    mine = frame[frame["term"] == f"→ {question.name}"]
    if mine.empty:
        return None
    row = next(mine.itertuples())
    same = frame[frame["direction"] == row.direction].sort_values("p_value", kind="stable")
    return 1 + int((same["p_value"] < row.p_value).sum()), len(same), row


def draw_rising(rising: RisingTerms, question: Question) -> Drawing:
    """Draw the terms that rose and fell most surely, and the question among them."""
    rows = min(2 * _N_TERMS + 1, len(rising.frame))
    fig, (ax,) = new_figure(width="double", height=20 + 5.6 * max(rows, 3))
    plot_rising(rising, ax, group=None, n=_N_TERMS, marked=f"→ {question.name}")
    notes = [one.removeprefix("all: ") for one in rising.notes if "ratios are over" in one]
    return Drawing(
        fig,
        f"A row a term with its course. {describe_rising(rising, question)}",
        "Terms that rose (top) and fell (bottom) most surely within issuers, and the question (→, bold) by "
        "the same rule: rate of each period relative to the term's highest, and how many times more or less "
        "often it is at the end, with its 95% interval. Full: beyond chance, false discovery rate .05. "
        + " ".join(f"{one[:1].upper()}{one[1:]}" for one in notes),
        [rising],
    )


def describe_rising(rising: RisingTerms | Missing, question: Question | Missing) -> str:
    """Say what rose and fell beyond chance, and whether the question stands out among all words."""
    if isinstance(rising, Missing):
        return rising.reason
    sure = rising.frame[(rising.frame["q_value"] <= _BEYOND) & ~rising.frame["term"].str.startswith("→ ")]
    up, down = (list(sure.loc[sure["direction"] == one, "term"]) for one in ("up", "down"))
    n = len(rising.frame) - int(rising.frame["term"].str.startswith("→ ").sum())
    text = f"Of {counted(n, 'word')} {len(up)} rose beyond chance and {len(down)} fell"
    text += f" (up: {listed(up, 8)})" if up else ""
    text += f" (down: {listed(down, 8)})" if down else ""
    found = row_of(rising, question)
    if found is None or isinstance(question, Missing):
        return f"{text}."
    place, of, row = found
    way = "rose" if row.direction == "up" else "fell"  # type: ignore[attr-defined]
    ratio = " ".join(write_ratio(row.ratio, row.low, row.high).split())  # type: ignore[attr-defined]
    return (
        f"{text}. {question.name} {way}, {ratio}, {chance(row.q_value)}: "  # type: ignore[attr-defined]
        f"{'the surest' if place == 1 else f'number {place}'} of {of:,} that {way}."
    )
