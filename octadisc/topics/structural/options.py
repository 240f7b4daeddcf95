"""Options of the structural topic model, checked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.topics.structural.fitting import RULES, Rule
from octadisc.topics.structural.prevalence import PREVALENCE_PRIORS, PrevalencePrior
from octadisc.topics.structural.starts import STARTS, StructuralStart

if TYPE_CHECKING:
    from octadisc.topics.model import TopicModel

__all__ = ["StructuralOptions", "refuse_options"]

_OF_ANY_METHOD = ("start", "max_iterations")
_NOT_IN_RECIPES = ("progress", "checkpoint", *_OF_ANY_METHOD)


@dataclass(frozen=True, slots=True)
class StructuralOptions:
    """What may be asked of the structural topic model; see `octadisc.topics.fit.fit_topics`."""

    prevalence: str | None = None
    content: str | None = None
    start: StructuralStart | TopicModel = "spectral"
    n_starts: int = 1
    max_iterations: int = 500
    tolerance: float = 1e-5
    convergence: Rule = "bound"
    prevalence_prior: PrevalencePrior = "pooled"
    sigma_prior: float = 0.0
    progress: bool = False
    checkpoint: str | os.PathLike[str] | None = None
    keywords: Mapping[str, list[str]] | None = None
    keyword_share: float = 0.05

    def beside_defaults(self) -> dict[str, Any]:
        """Give what a recipe has to say: the options that are not as they are by default."""
        usual = StructuralOptions()
        return {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if one.name not in _NOT_IN_RECIPES and getattr(self, one.name) != getattr(usual, one.name)
        }

    def check(self) -> None:
        """Refuse what cannot be used.

        Raises
        ------
        InputError, UnknownNameError
        """
        from octadisc.topics.checks import whole

        whole("n_starts", self.n_starts, 1)
        if isinstance(self.start, str) and self.start not in STARTS:
            raise UnknownNameError(
                f"start={self.start!r} is no way to begin.{did_you_mean(self.start, STARTS)}"
            )
        for name, known in (("convergence", RULES), ("prevalence_prior", PREVALENCE_PRIORS)):
            value = getattr(self, name)
            if value not in known:
                raise UnknownNameError(f"{name}={value!r} is not known.{did_you_mean(str(value), known)}")
        _between("tolerance", self.tolerance, 0.0, 0.1)
        _between("sigma_prior", self.sigma_prior, 0.0, 1.0)
        _between("keyword_share", self.keyword_share, 0.0, 0.9)
        if self.keywords is not None and self.content is not None:
            raise InputError(
                f"keywords and content={self.content!r}: words that depend on a covariate are deviations, "
                "level by level, and keywords of a topic would have to hold at each. Leave one of the two "
                "out; prevalence may stay."
            )
        if self.checkpoint is not None and self.n_starts > 1:
            raise InputError(
                f"checkpoint keeps one start, and n_starts={self.n_starts}. Leave out one of the two."
            )
        if not isinstance(self.start, str) and self.n_starts > 1:
            raise InputError(f"start is a model to go on from, and n_starts={self.n_starts}: expected 1.")


def _between(name: str, value: Any, least: float, most: float) -> None:
    right = isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= most
    if not right:
        raise InputError(f"{name}={value!r}: expected a number from {least:g} to {most:g}.")


def refuse_options(method: str, options: StructuralOptions) -> None:
    """Refuse what only the structural model can use."""
    given = options.beside_defaults()
    if "prevalence" in given or "content" in given:
        name = "prevalence" if "prevalence" in given else "content"
        raise InputError(
            f"{name}={given[name]!r}: {method} takes no covariates, so it would be passed over. Use "
            'method="structural", or leave it out and look at model.over_time("year", by="issuer") for how '
            "shares differ by date and issuer."
        )
    if "keywords" in given:
        raise InputError(
            f"keywords steer the structural topic model alone, and {method} would pass them over. Use "
            'method="structural".'
        )
    for name in (*given, *(one for one in ("progress", "checkpoint") if getattr(options, one))):
        raise InputError(f"{name} is an option of the structural topic model; {method} does not take it.")
