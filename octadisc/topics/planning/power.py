"""How many releases and issuers a study needs to see a change of a given size."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from octadisc.errors import InputError, OctadiscError, UnknownNameError, did_you_mean
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.intervals import share_interval
from octadisc.statistics.robust import FEWEST_CLUSTERS
from octadisc.topics.alignment.likeness import FOUND, unit_rows
from octadisc.topics.checks import several, whole
from octadisc.topics.effects.effects import estimate_effect
from octadisc.topics.fit import fit_topics
from octadisc.topics.planning.process import Process
from octadisc.topics.planning.simulated import draw_releases, make_process, read_years

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Power", "power"]

Clusters = Literal["issuer", "release"]
_ENOUGH = 0.8
_SURE = 0.05


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Power:
    """How often a change is seen, by design; made by `od.power`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
    factor : float
    share : float
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    factor: float
    share: float

    def to_frame(self) -> pd.DataFrame:
        """Give one row a design.

        Columns: n_releases, n_issuers, runs, power (share of the runs in which the change is seen, beyond
        chance and in its direction), low, high (95% interval of that), false_alarms (share of runs without a
        change in which one is seen all the same; NaN if none were made), refused (share of the runs in which
        nothing could be said), estimate (median of the differences estimated), truth (that of the process).
        """
        return self.frame.copy()

    def describe(self) -> str:
        """Say in a sentence what a study needs."""
        what = f"To see a topic of {self.share:.0%} of the words become {self.factor:g} times as large"
        said = []
        for n_issuers, part in self.frame.groupby("n_issuers", sort=True):
            enough = part.loc[part["power"] >= _ENOUGH, "n_releases"]
            most = part.loc[part["n_releases"].idxmax()]
            said.append(
                f"{int(enough.min()):,} releases of {n_issuers} issuers are enough"
                if len(enough)
                else f"{int(most['n_releases']):,} releases of {n_issuers} issuers are too few "
                f"({most['power']:.0%} see it)"
            )
        return f"{what} in 8 of 10 studies, {'; '.join(said)}, if releases are as drawn here."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw how often the change is seen against the number of releases, a line a number of issuers."""
        from octadisc.topics.planning.plots import plot_power

        return plot_power(self, ax)

    def __repr__(self) -> str:
        return f"Power(× {self.factor:g} of {self.share:.0%}, {len(self.frame)} designs)"

    def _repr_html_(self) -> str:
        formats = dict.fromkeys(("power", "low", "high", "false_alarms", "refused"), "{:.0%}")
        return show(self, self.frame, len(self.frame), formats, rows="designs", notes=self.notes)


def power(
    factor: float = 2.0,
    share: float = 0.1,
    *,
    n_releases: int | Sequence[int] = (100, 200, 400, 800),
    n_issuers: int | Sequence[int] = (8, 16),
    n_runs: int = 100,
    n_topics: int = 10,
    clusters: Clusters = "issuer",
    false_alarms: bool = False,
    years: tuple[int, int] = (2001, 2015),
    length: float = 150.0,
    scale: float = 2.0,
    issuer_spread: float = 0.5,
    unevenness: float = 1.0,
    n_terms: int = 600,
    seed: int = 0,
    progress: bool = False,
    n_threads: int | None = None,
) -> Power:
    """Simulate how often a study of so many releases sees a topic's share change by a factor.

    Parameters
    ----------
    factor : float
        What the topic's mean share is multiplied by, half-way through the years.
    share : float
        Its mean share before.
    n_releases, n_issuers : int or sequence of int
        All combinations are tried.
    n_runs : int
        Corpora of each; with 100 a share of .8 is known to about .08.
    n_topics : int
        Others share the rest alike.
    clusters : {"issuer", "release"}
        What is taken for independent in the test: issuers, or all releases.
    false_alarms : bool
        Whether to run the same without a change as well, to see how often one is found.
    years, length, scale, issuer_spread, unevenness, n_terms
        See `od.simulate_releases`. Estimate them from releases like those that will be studied, if there are
        some: power depends on them.
    seed : int
    progress : bool
        Show a bar.
    n_threads : int, optional

    Returns
    -------
    Power

    Raises
    ------
    InputError, UnknownNameError
        If an argument is not what it should be.

    Notes
    -----
    Each corpus is analysed as `od.fit_topics` and `od.estimate_effect` would be used: a structural model with
    the right number of topics and the prevalence ``~ later``; the topic whose words are nearest to the one
    that changes; its effect with issuers as clusters (CR2, Satterthwaite), at the .05 level. A topic that the
    model does not find (cosine of words below .7) counts as not seen; with fewer than eight issuers nothing
    can be said of issuers in general, which counts as refused.

    Examples
    --------
    >>> import octadisc as od
    >>> made = od.power(3, n_releases=120, n_issuers=10, n_topics=3, share=0.2, n_runs=4, n_terms=60)
    >>> made
    Power(× 3 of 20%, 1 designs)
    """
    if not _is_number(factor) or not factor > 0 or factor == 1:
        raise InputError(
            f"factor={factor!r}: expected a number above 0, such as 2 for a doubling; 1 is no change."
        )
    if not _is_number(share) or not 0 < share < 1:
        raise InputError(f"share={share!r}: expected a part of the words, between 0 and 1.")
    if clusters not in get_args(Clusters):
        raise UnknownNameError(f"clusters={clusters!r}.{did_you_mean(str(clusters), get_args(Clusters))}")
    n_runs = whole("n_runs", n_runs, 1)
    n_topics = whole("n_topics", n_topics, 2)
    years = read_years(years)
    rest = (1 - share) / (n_topics - 1) if n_topics > 1 else 0.0
    shares = [share, *[rest] * (n_topics - 1)]
    middle = f"{(years[0] + years[1] + 1) // 2}-{'07' if (years[0] + years[1] + 1) % 2 else '01'}-01"
    rows = []
    designs = [(n, m) for m in _numbers("n_issuers", n_issuers) for n in _numbers("n_releases", n_releases)]
    bar = _Bar(n_runs * len(designs) * (2 if false_alarms else 1), progress)
    for n, m in designs:
        given: dict[str, Any] = {
            "n_issuers": m, "years": years, "n_terms": n_terms, "length": length, "shares": shares,
            "scale": scale, "issuer_spread": issuer_spread, "unevenness": unevenness, "bursts": None,
            "missing": (),
        }  # fmt: skip
        changed = make_process(n, n_topics, changes={0: (middle, factor)}, **given)
        found = _run(changed, middle, clusters, n_runs, seed, n_threads, bar)
        seen = found["seen"] & (np.sign(found["estimate"]) == np.sign(factor - 1))
        low, high = (float(one) for one in share_interval(int(seen.sum()), n_runs))
        alarms = np.nan
        if false_alarms:
            same = make_process(n, n_topics, changes=None, **given)
            alarms = float(_run(same, middle, clusters, n_runs, seed, n_threads, bar)["seen"].mean())
        rows.append(
            {
                "n_releases": n, "n_issuers": m, "runs": n_runs, "power": float(seen.mean()), "low": low,
                "high": high, "false_alarms": alarms, "refused": float(found["refused"].mean()),
                "estimate": float(found["estimate"].median()), "truth": share * (factor - 1),
            }
        )  # fmt: skip
    bar.close()
    parameters = {
        "factor": factor, "share": share, "n_runs": n_runs, "n_topics": n_topics, "clusters": clusters,
        "years": list(years), "length": length, "scale": scale, "issuer_spread": issuer_spread,
        "unevenness": unevenness, "n_terms": n_terms,
    }  # fmt: skip
    how = "by issuers" if clusters == "issuer" else "as if releases were independent"
    note = f"The change is on {middle}; tested {how}."
    return Power(
        pd.DataFrame(rows), Spec("power", parameters, seed=seed), (note,), float(factor), float(share)
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _numbers(name: str, given: int | Sequence[int]) -> list[int]:
    made = [whole(name, one, 2 if name == "n_issuers" else 20) for one in several(given)]
    if not made:
        raise InputError(f"{name} is empty. Expected a number, or several.")
    return list(dict.fromkeys(made))


class _Bar:
    """A bar that counts corpora, or nothing."""

    def __init__(self, total: int, shown: bool) -> None:
        self.bar: Any = None
        if shown:
            from tqdm.auto import tqdm

            self.bar = tqdm(total=total, desc="Simulating", unit="corpus")

    def count(self) -> None:
        if self.bar is not None:
            self.bar.update()

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()


def _run(
    process: Process, middle: str, clusters: str, n_runs: int, seed: int, n_threads: int | None, bar: _Bar
) -> pd.DataFrame:
    """Draw and analyse corpora; give a row a run: seen, refused, estimate."""
    made = []
    for one in np.random.SeedSequence(seed).spawn(n_runs):
        counts, _, words, _ = draw_releases(process, np.random.default_rng(one))
        later = np.where(counts.releases["date"] >= pd.Timestamp(middle), "yes", "no")
        releases = counts.releases.assign(later=later)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                made.append(_analyse(counts, releases, words, process.n_topics, clusters, n_threads))
            except OctadiscError:
                made.append({"seen": False, "refused": True, "estimate": np.nan})
        bar.count()
    return pd.DataFrame(made)


def _analyse(
    counts: Any, releases: pd.DataFrame, words: Any, n_topics: int, clusters: str, n_threads: int | None
) -> dict[str, Any]:
    from dataclasses import replace

    counts = replace(counts, releases=releases)
    model = fit_topics(counts, n_topics, prevalence="~ later", tolerance=1e-4, n_threads=n_threads)
    likeness = (unit_rows(model.words) @ unit_rows(words[:1]).T).ravel()
    topic = int(likeness.argmax())
    effect = estimate_effect(
        model, "~ later", n_draws=25, topics=topic, clusters="issuer" if clusters == "issuer" else None
    ).frame
    row = effect[effect["term"] == "later[T.yes]"].iloc[0]
    known = bool(np.isfinite(row["p_value"]))
    if clusters == "issuer":  # with fewer it would be these issuers' releases, taken for independent
        known &= releases["issuer"].nunique() >= FEWEST_CLUSTERS
    return {
        "seen": known and bool(row["p_value"] < _SURE) and bool(likeness[topic] >= FOUND),
        "refused": not known,
        "estimate": float(row["estimate"]),
    }
