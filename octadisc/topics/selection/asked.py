"""What was asked of a comparison of models, checked before anything is fitted."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from octadisc.errors import InputError, UnknownNameError, did_you_mean, expect
from octadisc.tokens.threads import check_threads
from octadisc.topics.checks import refuse_too_little, whole
from octadisc.topics.held_out import fraction
from octadisc.topics.labels.rankings import check_weight
from octadisc.topics.quality.coherence import WINDOWS, Order
from octadisc.topics.quality.measuring import check_measures

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts

__all__ = ["Asked"]

_METHODS = ("structural", "nmf", "lda")
_MEASURES: tuple[Order, ...] = ("mimno", "npmi", "c_v")


@dataclass(frozen=True, slots=True)
class Asked:
    """Arguments of `compare_models`, as they are used."""

    n_topics: tuple[int, ...]
    methods: tuple[str, ...]
    prevalence: str | None
    content: str | None
    keywords: Mapping[str, Any] | None
    pooled: str | None
    n_starts: int
    n_splits: int
    part: float
    smoothing: float
    measures: tuple[Order, ...]
    by_release: bool  # windows are whole releases, for want of tokens
    n_terms: int
    exact: bool
    weight: float
    max_iterations: int
    seed: int
    n_threads: int | None

    @classmethod
    def read(cls, counts: TermCounts, given: dict[str, Any]) -> Asked:
        """Check the arguments of `compare_models`.

        Raises
        ------
        InputError, UnknownNameError, WrongKindError, NotEnoughDataError
        """
        from octadisc.terms.counts import TermCounts

        expect(counts, TermCounts, "counts", "what od.count_terms(tokens) gives")
        methods = _several("methods", given["methods"], "a method, or a list of them")
        for one in methods:
            if one not in _METHODS:
                raise UnknownNameError(
                    f"methods: {one!r} is no topic model here.{did_you_mean(str(one), _METHODS)}"
                )
        for name in ("prevalence", "content", "keywords"):
            if given[name] is not None and "structural" not in methods:
                raise InputError(
                    f"{name}={given[name]!r}: only the structural model takes that, and methods names "
                    f'{" and ".join(methods)}. Add "structural", or leave {name} out.'
                )
        n_topics = _several("n_topics", given["n_topics"], "a number of topics, or a list of them")
        numbers = tuple(sorted({whole("n_topics", one, 2) for one in n_topics}))
        matrix = sparse.csr_matrix(counts.matrix)
        filled = np.asarray(matrix.sum(axis=1)).ravel() > 0
        for number in numbers:
            refuse_too_little(matrix, counts.release_weights[filled], number)
        measures, by_release = _measures(given["measures"], counts)
        check_threads(given["n_threads"])
        folder = given["folder"]
        if folder is not None and not isinstance(folder, (str, os.PathLike)):
            raise InputError(f"folder={folder!r}: expected the path of a folder.")
        return cls(
            numbers,
            methods,
            given["prevalence"],
            given["content"],
            given["keywords"],
            given["pooled"],
            whole("n_starts", given["n_starts"], 1, most=1000),
            whole("n_splits", given["n_splits"], 1, most=1000),
            fraction("part", given["part"]),
            fraction("smoothing", given["smoothing"], zero=True),
            measures,
            by_release,
            whole("n_terms", given["n_terms"], 2),
            bool(given["exact"]),
            check_weight(given["weight"]),
            whole("max_iterations", given["max_iterations"], 1),
            whole("seed", given["seed"], 0, most=2**31 - 1),
            given["n_threads"],
        )

    @property
    def n_fits(self) -> int:
        """How many models will be fitted."""
        return len(self.n_topics) * len(self.methods) * self.n_starts * (1 + self.n_splits)

    def parameters(self) -> dict[str, Any]:
        """Give what a recipe says."""
        made = {name: getattr(self, name) for name in self.__slots__ if name not in ("seed", "n_threads")}
        return {name: value for name, value in made.items() if value is not None and value is not False}

    def options(self, method: str, start: int) -> dict[str, Any]:
        """Give the arguments of `fit_topics` for one start: the first spectral, the others random.

        For the structural model the others are by Gibbs sampling, which ends at better optima than random
        words do; so is the first where words depend on a covariate.
        """
        made: dict[str, Any] = {"seed": self.seed + start, "max_iterations": self.max_iterations}
        if method == "structural":
            made |= {"prevalence": self.prevalence, "content": self.content}
            made |= {"keywords": self.keywords} if self.keywords else {}
        if self.pooled is not None:
            made["pooled"] = self.pooled
        if start:
            made["start"] = "gibbs" if method == "structural" else "random"
        return made


def _several(name: str, given: Any, wanted: str) -> tuple[Any, ...]:
    """Give one or several values as a tuple, each once."""
    many: Iterable[Any] = (given,)
    if isinstance(given, Iterable) and not isinstance(given, str):
        many = given
    try:
        made = tuple(dict.fromkeys(many))
    except TypeError:
        raise InputError(f"{name}={given!r}: expected {wanted}.") from None
    if not made:
        raise InputError(f"{name} is empty. Expected {wanted}.")
    return made


def _measures(given: Any, counts: TermCounts) -> tuple[tuple[Order, ...], bool]:
    """Give the measures of coherence, and whether windows are whole releases for want of tokens."""
    by_release = counts.tokens is None
    if given is None:
        given = [one for one in _MEASURES if not (by_release and one == "c_v")]
    chosen = check_measures(given, counts, "release" if by_release else None)
    return chosen, by_release and any(one in WINDOWS for one in chosen)
