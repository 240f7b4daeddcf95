"""In which words a question is spoken of in each stretch of its course, against the stretch before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from octadisc.corpus import Corpus
from octadisc.drawing.axes import entitle
from octadisc.drawing.style import new_figure
from octadisc.errors import NotEnoughDataError
from octadisc.figures.company import own_words
from octadisc.figures.drawings import Drawing, Missing, attempt
from octadisc.figures.evidence import Evidence, behind
from octadisc.figures.stretches import Stretch
from octadisc.figures.words import counted, listed
from octadisc.spec import Spec
from octadisc.terms.collocations.collocate_changes import CollocateChanges
from octadisc.terms.collocations.collocations import find_collocates
from octadisc.terms.counting import count_terms
from octadisc.terms.keyness.keyness import Keyness, compare
from octadisc.tokens import tokenize

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts
    from octadisc.tokens import Query, Tokens

__all__ = ["Pair", "behind_pairs", "compare_stretches", "describe_pairs", "draw_pairs", "sentences_with"]

_N_WORDS = 9
_BEYOND = 0.05
_FEWEST = 20  # sentences that mention it, in a stretch whose words are compared
_NAMED = 8  # words of each kind that are named, and have evidence


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """The words of a stretch against those of the one before.

    Attributes
    ----------
    before, after : Stretch
    occurrences : (int, int)
        Of the question, in either.
    keyness : Keyness or Missing
        Of the sentences that mention it.
    company : CollocateChanges or Missing
        Of what stands within five words.
    """

    before: Stretch
    after: Stretch
    occurrences: tuple[int, int]
    keyness: Keyness | Missing
    company: CollocateChanges | Missing

    def words(self, sign: int) -> list[str]:
        """Give the words that sentences with it surely have more of (1) or less (-1), by G²."""
        if isinstance(self.keyness, Missing):
            return []
        frame = self.keyness.frame
        sure = frame[(frame["low"] > 0) if sign > 0 else (frame["high"] < 0)]
        return [str(one) for one in sure.sort_values("g2", ascending=False, kind="stable")["term"]]

    def drawn(self, n: int) -> Keyness | Missing:
        """Give the keyness of so many words of either side, those that `words` gives first."""
        if isinstance(self.keyness, Missing):
            return self.keyness
        chosen = [*self.words(1)[:n], *self.words(-1)[:n]]
        frame = self.keyness.frame
        return replace(self.keyness, frame=frame[frame["term"].isin(chosen)].reset_index(drop=True))

    def tested(self) -> list[str]:
        """Give those of the words that are beyond chance also when years may differ by themselves."""
        if isinstance(self.keyness, Missing):
            return []
        frame = self.keyness.frame
        return [str(one) for one in frame.loc[frame["q_value"] <= _BEYOND, "term"]]

    def moved(self, kind: str) -> list[str]:
        """Give the words that came "closer" or went "further", beyond chance."""
        if isinstance(self.company, Missing):
            return []
        frame = self.company.frame
        return [str(one) for one in frame.loc[frame["kind"] == kind, "collocate"]]


def sentences_with(tokens: Tokens, query: Query) -> Tokens:
    """Give the sentences that mention a query, as tokens of their own.

    Raises
    ------
    NotEnoughDataError
        If there is none.
    """
    hit = tokens.find(query).counts > 0
    if not hit.any():
        raise NotEnoughDataError("The question does not occur in these releases.")
    spec = Spec("sentences_with", {"query": query}, inputs=(tokens.corpus.spec,), fingerprint="derived")
    releases = Corpus.from_frame(tokens.corpus.frame[hit], spec=spec)
    cut = tokenize(releases).units("sentence")
    there = cut.find(query).counts > 0
    return tokenize(Corpus.from_frame(cut.corpus.frame[there], spec=spec))


def compare_stretches(tokens: Tokens, query: Query, stretches: Sequence[Stretch]) -> list[Pair]:
    """Compare the words of each stretch with those of the stretch before, if both have twenty sentences.

    Raises
    ------
    NotEnoughDataError
        If no two stretches one after the other have so many.
    """
    cut = sentences_with(tokens, query)
    dates = cut.corpus.frame["date"]
    enough = [one for one in stretches if int(((dates >= one.start) & (dates < one.end)).sum()) >= _FEWEST]
    if len(enough) < 2:
        raise NotEnoughDataError(
            f"No two stretches have {_FEWEST} sentences that mention it: not enough to compare their words."
        )
    content = {"stop_words": "auto", "min_length": 3, "numbers": False}
    counts: TermCounts | Missing = attempt(count_terms, cut, 8, **content)
    company = attempt(find_collocates, tokens, query, 5, list(enough), min_length=3)
    own = own_words(tokens, query)
    counts_of, days = tokens.find(query).counts, tokens.corpus.frame["date"]

    def count_in(one: Stretch) -> int:
        return int(counts_of[((days >= one.start) & (days < one.end)).to_numpy(bool)].sum())

    return [
        Pair(
            before,
            after,
            (count_in(before), count_in(after)),
            _without(attempt(_keywords, counts, before, after), "term", own),
            _without(attempt(_company, company, before, after), "collocate", own),
        )
        for before, after in pairwise(enough)
    ]


def _keywords(counts: TermCounts, before: Stretch, after: Stretch) -> Keyness:
    return compare(counts, every=[before, after], target=after.name, min_releases=8, min_issuers=2)


def _company(company: Any, before: Stretch, after: Stretch) -> CollocateChanges:
    found: CollocateChanges = company.compare(before.name, after.name, n_permutations=999)
    return found


def _without(found: Any, column: str, own: set[str]) -> Any:
    if isinstance(found, Missing):
        return found
    kept = ~found.frame[column].str.casefold().isin(own)
    return replace(found, frame=found.frame[kept].reset_index(drop=True))


def draw_pairs(pairs: Sequence[Pair]) -> Drawing:
    """Draw, a row a pair of stretches, keywords and what came closer or went further.

    Raises
    ------
    NotEnoughDataError
        If nothing could be compared.
    """
    there = [one for one in pairs if not isinstance(one.keyness, Missing)]
    if not there:
        reason = next(
            (one.keyness.reason for one in pairs if isinstance(one.keyness, Missing)), "No stretch."
        )
        raise NotEnoughDataError(reason)
    fig, axes = new_figure(
        len(there), 2, width="double", height=14 + 62 * len(there), shared=False, width_ratios=[1.3, 1]
    )
    data: list[Any] = []
    for row, one in enumerate(there):
        left, right = axes[2 * row], axes[2 * row + 1]
        keyness = one.drawn(_N_WORDS)
        assert not isinstance(one.keyness, Missing)
        assert not isinstance(keyness, Missing)
        keyness.plot(left, group=one.after.name, n=_N_WORDS)
        entitle(left, f"{one.before.name}  ←  more in  →  {one.after.name}", letters=60)
        data.append(one.keyness)
        if isinstance(one.company, Missing):
            right.set_axis_off()
            right.text(0.0, 0.9, "not enough data", transform=right.transAxes, fontsize=6.5)
            continue
        one.company.plot(right, n=2 * _N_WORDS)
        entitle(right, "Nearness, before and after", letters=40)
        data.append(one.company)
    return Drawing(
        fig,
        f"A row a pair of stretches: words with intervals. {' '.join(describe_pairs(list(there)))}",
        "Left: words that sentences with it have more often than those of the stretch before (right) and "
        "less often (left), by G²; log ratios with 95% intervals that know of releases; full: beyond chance "
        "also where years may differ by themselves, false discovery rate .05; hollow: this describes. Right: "
        "how much more often than elsewhere words stand within five of it, in the stretch before and in this "
        "one; pale: no more than chance.",
        data,
    )


def describe_pairs(pairs: list[Pair] | Missing) -> list[str]:
    """Say for each pair which words mark the later stretch, and which the earlier, each with its counts."""
    if isinstance(pairs, Missing):
        return [pairs.reason]
    return [_say_keywords(one) + _say_company(one) for one in pairs]


def _say_keywords(pair: Pair) -> str:
    if isinstance(pair.keyness, Missing):
        return f"{pair.after.name}: {pair.keyness.reason}"
    rows = pair.keyness.frame.set_index("term")[["reference_count", "count"]]
    parts = []
    for sign, what in ((1, "more of"), (-1, "less of")):
        words = pair.words(sign)
        named = [
            f"{one} ({rows.loc[one].iloc[0]:,.0f} → {rows.loc[one].iloc[1]:,.0f})" for one in words[:_NAMED]
        ]
        more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
        parts += [f"{what} {', '.join(named)}{more}"] if words else []
    text = (
        f"In sentences with it {pair.after.name} ({counted(pair.occurrences[1], 'occurrence')}) has, against "
        f"{pair.before.name} ({pair.occurrences[0]:,}), "
    )
    if not parts:
        return f"{text}no word surely more or less often."
    tested = pair.tested()
    doubt = (
        f"beyond what years differ by themselves: {listed(tested, 6)}"
        if tested
        else "no more than what years may differ by themselves"
    )
    return f"{text}{'; '.join(parts)} (95% intervals of the ratios apart from 1; {doubt})."


def _say_company(pair: Pair) -> str:
    if isinstance(pair.company, Missing):
        return ""
    rows = pair.company.frame.set_index("collocate")[["count_before", "count_after"]]
    said = []
    for kind in ("closer", "further"):
        words = pair.moved(kind)[:_NAMED]
        named = [f"{one} ({rows.loc[one].iloc[0]:,.0f} → {rows.loc[one].iloc[1]:,.0f})" for one in words]
        said += (
            [f"{kind} to it than before {'stands' if len(words) == 1 else 'stand'} {', '.join(named)}"]
            if words
            else []
        )
    return f" Beyond chance {'; '.join(said)} (within five words)." if said else ""


def behind_pairs(pairs: list[Pair] | Missing) -> list[Evidence]:
    """Give the sentences behind the words that are named first."""
    if isinstance(pairs, Missing):
        return []
    made: list[Evidence] = []
    for one in pairs:
        if not isinstance(one.keyness, Missing):
            frame = one.keyness.frame.set_index("term")
            for sign, side, column, when in (
                (1, "target", "count", one.after.name),
                (-1, "reference", "reference_count", one.before.name),
            ):
                made += [
                    behind(
                        f"“{word}” in sentences with it, {when}",
                        frame.loc[word, column],
                        one.keyness.evidence,
                        word,
                        one.after.name,
                        side,
                    )
                    for word in one.words(sign)[:_NAMED]
                ]
        if not isinstance(one.company, Missing):
            rows = one.company.frame.set_index("collocate")
            for kind, side, when in (
                ("closer", "after", one.after.name),
                ("further", "before", one.before.name),
            ):
                made += [
                    behind(
                        f"“{word}” within five words of it, {when}",
                        rows.loc[word, f"count_{side}"],
                        one.company.evidence,
                        word,
                        side,
                    )
                    for word in one.moved(kind)[:_NAMED]
                ]
    return made
