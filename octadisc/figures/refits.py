"""Whether findings survive the fit: the same effect in models of other starts and other numbers of topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from octadisc.errors import NotEnoughDataError, OctadiscError
from octadisc.figures.drawings import Drawing, Missing
from octadisc.figures.words import counted, listed, quoted
from octadisc.topics.effects.across import EffectsAcross, compare_effects
from octadisc.topics.fit import fit_topics

if TYPE_CHECKING:
    from octadisc.figures.fitted import Fitted
    from octadisc.topics.model import TopicModel

__all__ = ["compare_fits", "describe_fits", "draw_fits", "fit_again"]

_LARGE, _STARTS = 4_000, 3  # rows from which on there is one start for each; below, the best of three
_FEWER, _MORE = 0.75, 4 / 3
_FINE, _ROUGH = 1e-5, 1e-4  # of the bound; the rough one settles in a third of the time
_MOST_ROWS = 12


def fit_again(fitted: Fitted, seed: int = 0) -> list[TopicModel]:
    """Fit the same counts from another start, and with a quarter fewer and a third more topics.

    Raises
    ------
    NotEnoughDataError
        If none of these can be fitted.
    """
    n = fitted.model.n_topics
    large = len(fitted.model.releases) >= _LARGE
    ways: list[tuple[int, Any]] = [
        (n, "gibbs"),
        (max(2, round(_FEWER * n)), "spectral"),
        (round(_MORE * n), "spectral"),
    ]
    tolerance, starts = (_ROUGH, 1) if large else (_FINE, _STARTS)
    made: list[TopicModel] = []
    reason = ""
    for number, (topics, start) in enumerate(ways, 1):
        try:
            made.append(
                fit_topics(
                    fitted.counts,
                    topics,
                    prevalence=fitted.formula,
                    start=start,
                    seed=seed + number,
                    tolerance=tolerance,
                    n_starts=starts,
                )
            )
        except OctadiscError as error:
            reason = str(error)
    if not made:
        raise NotEnoughDataError(f"No other model can be fitted. {reason}")
    return made


def compare_fits(fitted: Fitted, others: list[TopicModel], seed: int = 0) -> EffectsAcross:
    """Compare the change from the first span to the last, within issuers, over models.

    Raises
    ------
    NotEnoughDataError
        If there are no two spans.
    """
    spans = fitted.spans
    if len(spans) < 2:
        raise NotEnoughDataError("There are no two stretches of time with enough releases to compare.")
    formula = "~ publisher + span" if fitted.issuers else "~ span"
    models = [fitted.model, *others]
    return compare_effects(models, formula, f"span[T.{spans[-1]}]", seed=seed, clusters=fitted.releases)


def draw_fits(across: EffectsAcross, fitted: Fitted) -> Drawing:
    """Draw each topic's change in all models; the topics that changed most if they are many."""
    from dataclasses import replace

    from octadisc.drawing.axes import entitle
    from octadisc.drawing.style import new_figure

    table = across.summary()
    size = table["estimate"].abs().sort_values(ascending=False, kind="stable")
    kept = set(table.loc[size.index[:_MOST_ROWS], "topic"])
    shown = replace(across, frame=across.frame[across.frame["topic"].isin(kept)].reset_index(drop=True))
    fig, (ax,) = new_figure(
        width="double", height=min(225.0, 30 + (4.2 + 1.4 * len(across.models)) * len(kept))
    )
    shown.plot(ax)
    first, last = fitted.spans[0], fitted.spans[-1]
    entitle(ax, f"Change from {first} to {last}{' within issuers' if fitted.issuers else ''}", letters=80)
    more = len(table) - len(kept)
    return Drawing(
        fig,
        f"A row a topic: its change with intervals in {counted(len(across.models), 'model')}. "
        f"{describe_fits(across)}",
        f"Change of each topic's mean share from {first} to {last} in the model of this notebook "
        f"(large, on top) and "
        "in others of the same words, from other starts and with other numbers of topics, 95% "
        "intervals. A topic is "
        "found again where the cosine of its words is .7 or more; at the right, in how many others."
        + (f" {counted(more, 'topic')} that changed least not shown." if more else ""),
        [across],
        fitted.ask(),
    )


def describe_fits(across: EffectsAcross | Missing) -> str:
    """Say which changes hold in all models, and which depend on the fit."""
    if isinstance(across, Missing):
        return across.reason
    table = across.summary()
    groups: dict[str, list[str]] = {}
    for one in table.itertuples():
        kind = (
            "the same sign in all, but not beyond chance in each"
            if one.verdict.startswith("same sign")
            else one.verdict
        )
        groups.setdefault(kind, []).append(str(one.name))
    order = sorted(groups, key=lambda kind: (kind != "holds in all", not kind.startswith("the same"), kind))
    said = [f"{kind}: {listed(quoted(groups[kind]), 6)}" for kind in order]
    return f"In {counted(len(across.models), 'model')}: {'; '.join(said)}."
