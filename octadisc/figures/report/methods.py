"""Methods in words, written from the recipes of the figures, with citations."""

from __future__ import annotations

from typing import Any

__all__ = ["write_methods"]


def write_methods(recipes: list[dict[str, Any]], corpus: dict[str, Any] | None) -> str:
    """Write what was done, in the order in which it was done, from the recipes of the figures."""
    return ""
