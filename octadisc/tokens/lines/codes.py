"""Codes: what coders wrote into their sheets, how far they agree, and where they do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.spec import Spec
from octadisc.statistics.agreement import METRICS, Metric, agreement_interval, count_coincidences
from octadisc.tokens.lines.line_table import write_many
from octadisc.tokens.lines.schemes import Scheme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Codes"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Codes:
    """Codes that one or more coders gave to lines; made by `od.read_codes`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    lines : DataFrame
        What is known of each line: line, release, start, end, left, match, right.
    rows : DataFrame
        The sheets as they were read, a row a row, with all their columns: file, row, line, coder, ….
    issues : DataFrame
        What could not be taken as it stood: file, row, line, coder, what, found, done.
    scheme : dict
        Each variable's labels (in their order, where that is known), or "number" or "text".
    spec : Spec
    """

    frame: pd.DataFrame
    lines: pd.DataFrame
    rows: pd.DataFrame
    issues: pd.DataFrame
    scheme: Scheme
    spec: Spec

    @property
    def coders(self) -> tuple[str, ...]:
        """Names of the coders, sorted."""
        return tuple(sorted(self.frame["coder"].unique()))

    def to_frame(self) -> pd.DataFrame:
        """Give one row a variable, line and coder: line, coder, variable, code, release, start, end.

        `code` is missing where the coder had the line and left it open; release, start and end are where
        neither the sheets nor a key tell them.
        """
        return self.frame.copy()

    def agreement(
        self,
        *,
        metric: Metric | Mapping[str, Metric] | None = None,
        level: float = 0.95,
        n_draws: int = 2000,
        seed: int = 0,
    ) -> pd.DataFrame:
        """Say how far coders agree on each variable, by Krippendorff's alpha with its interval.

        Parameters
        ----------
        metric : {"nominal", "ordinal", "interval", "ratio"}, or mapping from variables to these
            Which differences count. By default any (nominal) for labels, and their size (interval) for
            numbers. Ordinal labels are taken in the order of the scheme.
        level : float
            Coverage of the interval.
        n_draws, seed : int
            Of the bootstrap: releases are drawn, with all their lines; or lines, where releases are not
            known. See `octadisc.statistics.agreement.agreement_interval`.

        Returns
        -------
        DataFrame
            variable, metric, n_lines (coded by two or more), n_coders (of those lines), percent_agreement
            (share of pairs of codes that are the same, 0 to 1), alpha, low, high, note (why there is no
            alpha or no interval).

        Raises
        ------
        InputError, UnknownNameError
            If there is no such metric or variable, or the order of labels is not known.
        """
        chosen = _choose_metrics(metric, self.scheme)
        records = []
        for variable, kind in self.scheme.items():
            values, lines = self._values(variable, chosen[variable])
            made = count_coincidences(values, chosen[variable])
            paired = ~pd.isna(values[:, made.units])
            n_coders = int(paired.any(axis=1).sum())
            note, alpha, low, high, same = made.why_undefined(), np.nan, np.nan, np.nan, np.nan
            if len(made.counts):
                same, alpha = float(made.agreeing().mean()), float(made.alpha(chosen[variable])[0])
            if kind == "text":
                note, alpha = "free text: alpha is for codes", np.nan
            elif not note:
                low, high, note = agreement_interval(
                    made,
                    chosen[variable],
                    clusters=self._releases(lines[made.units]),
                    level=level,
                    n_draws=n_draws,
                    seed=seed,
                )
            records.append(
                (variable, chosen[variable], len(made.counts), n_coders, same, alpha, low, high, note)
            )
        columns = [
            "variable",
            "metric",
            "n_lines",
            "n_coders",
            "percent_agreement",
            "alpha",
            "low",
            "high",
            "note",
        ]
        return pd.DataFrame(records, columns=columns).astype(
            {"variable": "str", "metric": "str", "note": "str"}
        )

    def _values(self, variable: str, metric: Metric) -> tuple[npt.NDArray[np.object_], npt.NDArray[Any]]:
        """Give the codes as coders × lines, with numbers where the metric wants them; and the lines' ids."""
        table = self._wide(variable)
        values = table.to_numpy(object).T.copy()
        known = ~pd.isna(values)
        labels = self.scheme[variable]
        if labels == "number":
            values[known] = [float(one) for one in values[known]]
        elif metric == "ordinal":
            order = {label: number for number, label in enumerate(labels)}
            values[known] = [float(order[one]) for one in values[known]]
        elif metric in ("interval", "ratio"):
            values[known] = [_to_number(variable, one) for one in values[known]]
        return values, table.index.to_numpy(object)

    def _wide(self, variable: str) -> pd.DataFrame:
        """Give one variable as lines × coders, the lines in their order."""
        part = self.frame[self.frame["variable"] == variable]
        lines, coders = pd.Index(self.lines["line"]), pd.Index(self.coders)
        values = np.full((len(lines), len(coders)), None, object)
        values[lines.get_indexer(part["line"]), coders.get_indexer(part["coder"])] = part["code"].to_numpy(
            object
        )
        return pd.DataFrame(values, index=lines, columns=coders)

    def _releases(self, lines: npt.NDArray[Any]) -> npt.NDArray[Any] | None:
        """Give each line's release as a number, if all are known."""
        found = self.lines.set_index("line")["release"].reindex(lines)
        return None if found.isna().any() else pd.factorize(found)[0]

    def disagreements(self, variable: str | None = None) -> pd.DataFrame:
        """List the lines that were coded differently, with each coder's code in a column of its own.

        Parameters
        ----------
        variable : str, optional
            All of them if left out.

        Returns
        -------
        DataFrame
            variable, line, release, start, end, left, match, right, then a column named like each coder.
        """
        tables = []
        for name in self._variables(variable):
            table = self._wide(name)
            codes = pd.factorize(table.to_numpy().ravel())[0].reshape(table.shape)  # -1 where there is none
            least = np.where(codes < 0, codes.max(initial=0) + 1, codes).min(axis=1)
            differ = table[least < codes.max(axis=1)].reset_index()
            made = self.lines.merge(differ, on="line", how="inner")
            made.insert(0, "variable", pd.Series(name, index=made.index, dtype="str"))
            tables.append(made)
        return pd.concat(tables, ignore_index=True)

    def consensus(self, variable: str | None = None) -> pd.DataFrame:
        """Give each line the code that most of its coders chose; where there is no such code it stays open.

        Returns
        -------
        DataFrame
            variable, line, release, start, end, code, n_coders (who coded it), n_agreeing (who chose this
            code), status: "all", "majority", "one coder", "tie" or "not coded". A majority is more coders
            than for any other code; of a tie the code is missing, to be decided by talking.
        """
        records = []
        for name in self._variables(variable):
            for line, codes in zip(self.lines["line"], self._wide(name).to_numpy(object), strict=True):
                records.append((name, line, *_most_common([one for one in codes if not pd.isna(one)])))
        columns = ["variable", "line", "code", "n_coders", "n_agreeing", "status"]
        made = pd.DataFrame(records, columns=columns)
        made = made.astype(dict.fromkeys(("variable", "line", "code", "status"), "str"))
        made = made.merge(self.lines[["line", "release", "start", "end"]], on="line", how="left")
        return made[["variable", "line", "release", "start", "end", *columns[2:]]]

    def _variables(self, variable: str | None) -> list[str]:
        if variable is None:
            return list(self.scheme)
        if variable not in self.scheme:
            raise UnknownNameError(
                f"No variable is called {variable!r}.{did_you_mean(variable, self.scheme)}"
            )
        return [variable]

    def plot(self, ax: Axes | None = None, *, variable: str | None = None) -> Axes:
        """Draw alpha and its interval for each variable; of one variable, which codes are taken for which.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new one if left out.
        variable : str, optional
            Draws how often a line has one code from one coder and another from another, over all pairs of
            coders. On the diagonal are the pairs that agree.
        """
        from octadisc.tokens.lines.plots import plot_agreement, plot_confusion

        if variable is None:
            return plot_agreement(self, ax)
        return plot_confusion(self._wide(self._variables(variable)[0]), self.scheme[variable], variable, ax)

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        return f"Codes({self._summary()})"

    def _summary(self) -> str:
        n, open_codes = len(self.frame), int(self.frame["code"].isna().sum())
        parts = [write_many(len(self.lines), "line"), write_many(len(self.coders), "coder")]
        parts.append(write_many(len(self.scheme), "variable"))
        if open_codes:
            parts.append(f"{open_codes:,} of {n:,} codes open")
        if len(self.issues):
            parts.append(write_many(len(self.issues), "issue"))
        return ", ".join(parts)

    def _repr_html_(self) -> str:
        formats = dict.fromkeys(("alpha", "low", "high"), "{:.3f}".format)
        formats["percent_agreement"] = "{:.1%}".format
        table = self.agreement().to_html(index=False, na_rep="–", border=0, formatters=formats)
        issues = (
            f"<p>{write_many(len(self.issues), 'issue')}: see <code>codes.issues</code>.</p>"
            if len(self.issues)
            else ""
        )
        return f"<p><b>Codes</b>: {escape(self._summary())}</p>{table}{issues}"


def _most_common(codes: list[str]) -> tuple[Any, int, int, str]:
    """Give the code that most chose, how many coded, how many chose it, and how clear that is."""
    if not codes:
        return None, 0, 0, "not coded"
    ranked = Counter(codes).most_common(2)
    if len(codes) == 1:
        return codes[0], 1, 1, "one coder"
    if len(ranked) == 1:
        return codes[0], len(codes), len(codes), "all"
    if ranked[0][1] == ranked[1][1]:
        return None, len(codes), ranked[0][1], "tie"
    return ranked[0][0], len(codes), ranked[0][1], "majority"


def _choose_metrics(metric: Any, scheme: Scheme) -> dict[str, Metric]:
    """Give each variable its metric."""
    given = metric if isinstance(metric, Mapping) else dict.fromkeys(scheme, metric)
    for variable, one in given.items():
        if variable not in scheme:
            raise UnknownNameError(
                f"metric: no variable is called {variable!r}.{did_you_mean(str(variable), scheme)}"
            )
        if one is not None and one not in METRICS:
            raise InputError(
                f"metric={one!r}: expected nominal, ordinal, interval or ratio."
                f"{did_you_mean(str(one), METRICS)}"
            )
        if one == "ordinal" and scheme[variable] == ():
            raise InputError(
                f"metric='ordinal': the order of the labels of {variable!r} is not known. Read them with "
                "od.read_codes(…, codes={…}) in their order, or from the workbooks."
            )
    chosen: dict[str, Metric] = {}
    for variable, kind in scheme.items():
        default: Metric = "interval" if kind == "number" else "nominal"
        chosen[variable] = "nominal" if kind == "text" else given.get(variable) or default
    return chosen


def _to_number(variable: str, code: str) -> float:
    try:
        return float(code)
    except ValueError:
        raise InputError(
            f"{variable!r} has the code {code!r}, which is no number. Expected metric='nominal' or 'ordinal'."
        ) from None
