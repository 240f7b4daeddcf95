"""What may be claimed of topics over time, in clauses made from results, and the sentences behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from octadisc.figures.clauses import Clause
from octadisc.figures.drawings import Missing
from octadisc.figures.evidence import Evidence
from octadisc.figures.mixes import describe_mix, mixed_of
from octadisc.figures.moved import Moves, points
from octadisc.figures.words import chance, counted, language_name, listed, per_cent, quoted

if TYPE_CHECKING:
    from octadisc.figures.fitted import Fitted
    from octadisc.topics.effects.across import EffectsAcross
    from octadisc.topics.over_time.split import TopicSplit

__all__ = ["gather_evidence", "write_topic_claim"]

_MOST = 5
_SENTENCES = 12


def write_topic_claim(
    fitted: Fitted | Missing,
    moves: Moves | Missing,
    across: EffectsAcross | Missing,
    split: TopicSplit | Missing,
    language: str | None,
    *,
    asked: bool = False,
) -> list[list[Clause]]:
    """Write what was found, each clause with its numbers, then what may be claimed and what not.

    Parameters
    ----------
    fitted, moves, across, split : results or Missing
    language : str or None
        Of the releases.
    asked : bool
        Whether the number of topics was set by whoever asks.

    Returns
    -------
    list of list of Clause
        Three paragraphs: what moved, whether it survives, what may be claimed; one where nothing can be said.
    """
    for one in (fitted, moves):
        if isinstance(one, Missing):
            return [[Clause(f"Of topics over time nothing may be claimed: {one.reason}")]]
    assert not isinstance(fitted, Missing)
    assert not isinstance(moves, Missing)
    table = moves.telling()
    moved = table[table["verdict"] == "moved"].sort_values("q_value", kind="stable")
    verdicts = {} if isinstance(across, Missing) else across.summary().set_index("topic")["verdict"].to_dict()
    first = [_how_many(fitted, moves, len(moved), language)]
    first += [_clause(row, fitted, moves, verdicts) for row in moved.head(_MOST).itertuples()]
    if len(moved) > _MOST:
        first.append(Clause(f"{counted(len(moved) - _MOST, 'more topic')} moved; the table names them."))
    second = [Clause(describe_mix(moves, split), "effects-4-mix")]
    second.append(
        Clause(f"Whether that depends on the fit is not known: {across.reason}")
        if isinstance(across, Missing)
        else _survival(across, moved, verdicts)
    )
    return [
        first,
        second,
        [
            Clause(_may(moved[~moved["topic"].isin(mixed_of(split)["topic"])], moves, verdicts)),
            Clause(_may_not(moves, asked=asked)),
        ],
    ]


def _how_many(fitted: Fitted, moves: Moves, n: int, language: str | None) -> Clause:
    of = f"{language_name(language)} " if language else ""
    compared = "each issuer compared with itself" if moves.within else "as published"
    return Clause(
        f"Of {counted(fitted.model.n_topics, 'topic')} in {of}releases {n} moved between "
        f"{listed(fitted.spans)} beyond "
        f"chance, {compared} ({len(moves.frame)} differences tested, false discovery rate .05).",
        "effects-1-courses",
    )


def _clause(row: Any, fitted: Fitted, moves: Moves, verdicts: dict[int, str]) -> Clause:
    way = "rose" if row.change > 0 else "fell"
    levels = _levels(fitted, row)
    compared = " within issuers" if moves.within else ""
    text = (
        f"“{row.name}” {way} from {per_cent(levels[0])} of the words in {row.reference} to "
        f"{per_cent(levels[1])} in "
        f"{row.value}:{compared or ' by'} {points(row.change, row.low, row.high)} points (95% interval; "
        f"{chance(row.q_value)})"
    )
    if np.isfinite(row.wide_low):
        low, high = (
            f"{100 * one:+.1f}".replace("-", "\N{MINUS SIGN}") for one in (row.wide_low, row.wide_high)
        )
        sure = row.wide_low > 0 or row.wide_high < 0
        text += f"; with issuers themselves taken for chance {low} to {high}" + (
            "" if sure else ", so perhaps only of these"
        )
    if row.topic in verdicts:
        text += f"; from {fitted.spans[0]} to {fitted.spans[-1]}, in other fits: {verdicts[row.topic]}"
    return Clause(f"{text}.", "effects-1-courses")


def _levels(fitted: Fitted, row: Any) -> tuple[float, float]:
    """Give a topic's mean share in both spans, as published."""
    span = fitted.corpus.frame["span"].astype("str").to_numpy(object)
    share = fitted.model.shares[:, row.topic]
    return float(np.nanmean(share[span == row.reference])), float(np.nanmean(share[span == row.value]))


def _survival(across: EffectsAcross, moved: Any, verdicts: dict[int, str]) -> Clause:
    holds = [row.name for row in moved.itertuples() if verdicts[row.topic] == "holds in all"]
    others = [row.name for row in moved.itertuples() if row.name not in holds]
    n = counted(len(across.models) - 1, "other fit")
    text = f"In {n} (other starts, fewer and more topics)"
    text += (
        f" {listed(quoted(holds), 8)} moved the same way wherever the topic is found"
        if holds
        else " no movement holds in all"
    )
    return Clause(
        f"{text}; not so, or not surely: {listed(quoted(others), 8)}." if others else f"{text}.",
        "effects-6-fits",
    )


def _may(moved: Any, moves: Moves, verdicts: dict[int, str]) -> str:
    who = "these issuers" if moves.within else "these releases, whoever publishes,"
    solid, drawn = [], []
    for row in moved.itertuples():
        verdict = verdicts.get(row.topic, "holds")
        said = f"{'more' if row.change > 0 else 'less'} of “{row.name}”"
        if verdict.startswith(("holds", "same sign")):
            solid.append(said)
        elif verdict.startswith("the topic itself"):
            drawn.append(said)
    may = [f"that {who} came to speak {listed(solid, 6)}"] if solid else []
    if drawn:
        may.append(
            f"of topics as this fit alone draws them, that {who} came to speak {listed(drawn, 6)}: other "
            "fits part the words otherwise, so follow the words themselves as well (notebook 02)"
        )
    if not may:
        return "May be claimed: no movement of a topic; nor that there was none."
    return f"May be claimed: {'; '.join(may)}."


def _may_not(moves: Moves, *, asked: bool) -> str:
    reasons = [
        "why",
        "that a topic is the theme that its words suggest: read the sentences, and name it then",
    ]
    if not asked:
        reasons.append("that this number of topics is the right one: it was chosen by the size of the corpus")
    if moves.frame["wide_low"].isna().all():
        reasons.append("anything of other issuers than these: there are fewer than eight")
    reasons.append("when exactly: spans were compared, and their edges lie where releases part them evenly")
    return f"May not be claimed: {'; '.join(reasons)}."


def gather_evidence(fitted: Fitted | Missing, moves: Moves | Missing, most: int = 3) -> list[Evidence]:
    """Give, for the topics that moved most surely, the sentences they rest on in the spans named.

    They are ranked by how many of their words are expected to come from the topic.
    """
    if isinstance(fitted, Missing) or isinstance(moves, Missing):
        return []
    table = moves.telling()
    table = table[table["verdict"] == "moved"].sort_values("q_value", kind="stable").head(most)
    made = []
    for row in table.itertuples():
        for span in (row.reference, row.value):
            found = _sentences(fitted, row.topic, span)
            made.append(Evidence(f"{row.name}, {span}: the sentences with most words of the topic", found))
    return made


def _sentences(fitted: Fitted, topic: int, span: str) -> Any:
    from octadisc.topics.evidence import rank_sentences

    wanted = (fitted.corpus.frame["span"].astype("str") == span).to_numpy(bool)
    found = rank_sentences(fitted.model, topic, wanted, _SENTENCES)
    if fitted.releases is None:
        return found
    from octadisc.tokens.units.unit_columns import to_releases

    return to_releases(found, fitted.corpus)
