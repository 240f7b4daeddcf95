"""What is said of a change of shares that was split: how much is within issuers, and what that means."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["describe_split"]

Floats = npt.NDArray[np.float64]

_WITHIN = "what issuers say has changed"
_BOTH = "both what issuers say and who publishes have changed"
_HIDDEN = "who publishes hides what issuers changed"


def describe_split(
    made: dict[str, Any],
    issuers: list[str],
    part: Floats,
    names: list[str],
    kind: str | None,
    *,
    replicated: bool = True,
) -> str:
    """Say what changed.

    Parameters
    ----------
    made : dict
        The row's numbers.
    issuers : list of str
        Those that are known.
    part : array of float, shape (2, issuers)
        Each issuer's part of the releases on either side.
    names : list of str
        The issuers', in the order of `part`.
    kind : str, optional
        What `od.find_changes` says of it, None if it was not asked.
    replicated : bool
        Whether either side has more than one period: with one on each, a change looks like a campaign.
    """
    change, within = made["change"], made["within"]
    numbers = _per_cent(made["before"]), _per_cent(made["after"])
    text = f"The share {'rose' if change > 0 else 'fell'} from {numbers[0]} to {numbers[1]}"
    if numbers[0] == numbers[1]:
        text = f"The share stayed at {numbers[0]}"
    if not issuers:
        return f"{text}; who publishes is not known."
    if len(issuers) == 1:
        return f"{text}; there is only {issuers[0]}."
    if not made["n_both"]:
        return f"{text}; nobody published on both sides, so nothing can be said of what issuers changed."
    if within * change >= 0 and _points(within) <= _points(change) and numbers[0] != numbers[1]:
        verb = "is" if _points(within) == 1 else "are"
        text += f"; {_count(within)} of the {_points(change)} {verb} within issuers"
    else:
        text += f"; within issuers it {'rose' if within > 0 else 'fell'} by {_count(within)}"
    verdict = _verdict(made, part, names, kind)
    if not replicated and kind is None and verdict in (_WITHIN, _BOTH, _HIDDEN):
        verdict = (
            "what issuers say differs beyond what chance does to releases, but with one period on either "
            "side a change cannot be told from a campaign"
        )
    return f"{text}: {verdict}."


def _verdict(made: dict[str, Any], part: Floats, names: list[str], kind: str | None) -> str:
    change, within, between = made["change"], made["within"], made["between"]
    clear = {
        one: made[f"{one}_low"] > 0 or made[f"{one}_high"] < 0 for one in ("change", "within", "between")
    }
    real = clear["within"] if kind is None else kind in ("step", "slope")
    if real and within * change > 0 and abs(within) >= abs(change) / 2:
        return _WITHIN
    if real and within * change > 0:
        return _BOTH
    if real:
        return _HIDDEN
    if clear["change"] and clear["between"] and between * change > 0 and abs(between) >= abs(change) / 2:
        newest = int((part[1] - part[0]).argmax())
        joined = f" ({names[newest]} joined)" if part[0, newest] == 0 and part[1, newest] > 0.1 else ""
        return f"the {'rise' if change > 0 else 'fall'} comes from who publishes{joined}"
    if kind == "not enough data":
        return "too little for more to be said"
    return "no more than chance may do"


def _points(value: float) -> int:
    return round(abs(value) * 100)


def _count(value: float) -> str:
    return f"{_points(value)} point{'s' * (_points(value) != 1)}"


def _per_cent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.1 or share == 0 else f"{share:.1%}"
