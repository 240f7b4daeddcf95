"""Why a figure came out otherwise: another corpus, other parameters, other code, other libraries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from octadisc.figures.words import listed

__all__ = ["Reason", "corpora_of", "find_reasons"]

_LONGEST = 60  # characters of a value that is shown
_MOST = 4
_NOTHING = object()
_NO_RECORD = "how it was made is not written down: it was saved outside octadisc figures, or by an older one"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason.

    Attributes
    ----------
    kind : str
        "corpus", "parameters", "code", "library", "machine", "file" (that the notebook reads, or of the
        figure's own and changed by hand), "unknown" or "unexplained".
    text : str
    """

    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


def find_reasons(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    made_before: Mapping[str, Any] | None,
    made_after: Mapping[str, Any] | None,
    *,
    name_corpora: Callable[[str, str], str] = lambda one, other: f"{one} → {other}",
    edited: Sequence[str] = (),
) -> list[Reason]:
    """Name all that differs in how a figure was made.

    Parameters
    ----------
    before, after : mapping
        Its recipes.
    made_before, made_after : mapping, optional
        What was written down of the runs; see octadisc.figures.remade.record.
    name_corpora : callable
        Says in words how two corpora differ, by their fingerprints.
    edited : list of str
        Files that are not those that were saved.

    Returns
    -------
    list of Reason
        At least one: where nothing differs, that it is unexplained.
    """
    found = [Reason("file", f"{one} is not what was saved: it was changed by hand") for one in edited]
    corpora = corpora_of(before, made_before), corpora_of(after, made_after)
    if all(corpora) and corpora[0] != corpora[1]:
        found.append(Reason("corpus", name_corpora(corpora[0], corpora[1])))
    elif _differ("corpus_file", made_before, made_after):
        found.append(Reason("corpus", "the same texts; their sources, issues or copies are others"))
    changed = _parameters(before, after, made_before, made_after)
    if changed:
        more = f" and {len(changed) - _MOST} more" if len(changed) > _MOST else ""
        found.append(Reason("parameters", "; ".join(changed[:_MOST]) + more))
    if made_before and made_after:
        if made_before.get("octadisc") != made_after.get("octadisc"):
            found.append(Reason("code", "octadisc's own"))
        cells = _cells(before, after, made_before, made_after)
        if cells:
            found.append(Reason("code", cells))
        if files := _files(made_before, made_after):
            found.append(Reason("file", f"{listed(files, _MOST)} changed"))
    libraries = _libraries(before, after, made_before, made_after)
    if libraries:
        found.append(Reason("library", listed(libraries, 8)))
    if made_before and made_after and _differ("machine", made_before, made_after):
        found.append(Reason("machine", f"{made_before['machine']} → {made_after['machine']}"))
    if not found and not made_before:
        return [Reason("unknown", _NO_RECORD)]
    return found or [Reason("unexplained", "the recipe is the same: report this")]


def _differ(key: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    """Tell whether something is known of both runs and is not the same."""
    known = [str((one or {}).get(key, "")) for one in (before, after)]
    return all(known) and known[0] != known[1]


def corpora_of(recipe: Mapping[str, Any], made: Mapping[str, Any] | None) -> str:
    """Give the fingerprint of the corpus that was loaded, not of a part of it; empty if not known."""
    if made and made.get("corpus"):
        return str(made["corpus"])
    found = {one for result in recipe.get("results", ()) for one in _roots(result)}
    return sorted(found)[0] if len(found) == 1 else str(recipe.get("fingerprint", ""))


def _roots(result: Mapping[str, Any]) -> Iterator[str]:
    inputs = result.get("inputs", ())
    for one in inputs:
        yield from _roots(one)
    if not inputs and result.get("fingerprint"):
        yield str(result["fingerprint"])


def _parameters(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    made_before: Mapping[str, Any] | None,
    made_after: Mapping[str, Any] | None,
) -> list[str]:
    """Say which parameters went from what to what: those of the notebook, else those of the functions."""
    if made_before and made_after:
        old, new = made_before.get("parameters", {}), made_after.get("parameters", {})
        names = sorted(old.keys() | new.keys())
        changed = [
            f"{name} {_shown(old.get(name, _NOTHING))} → {_shown(new.get(name, _NOTHING))}"
            for name in names
            if old.get(name, _NOTHING) != new.get(name, _NOTHING)
        ]
        if changed:
            return changed
    old, new = _flat(before.get("results", ())), _flat(after.get("results", ()))
    changed = []
    for where in [*old, *(one for one in new if one not in old)]:
        was, now = old.get(where, [_NOTHING]), new.get(where, [_NOTHING])
        gone = [one for one in was if one not in now] or was
        come = [one for one in now if one not in was] or now
        if was != now:
            changed.append(f"{where} {_shown(gone[0])} → {_shown(come[0])}")
    return changed


def _flat(results: Any) -> dict[str, list[Any]]:
    """Give the values that every parameter and seed of some functions has, by function and name."""
    found: dict[str, list[Any]] = {}
    for result in results:
        given = dict(result.get("parameters") or {})
        if "seed" in result:
            given["seed"] = result["seed"]
        for name, value in given.items():
            values = found.setdefault(f"{name} of {result.get('function', '')}", [])
            if value not in values:
                values.append(value)
        for where, others in _flat(result.get("inputs") or ()).items():
            values = found.setdefault(where, [])
            values += [one for one in others if one not in values]
    return found


def _shown(value: Any) -> str:
    if value is _NOTHING:
        return "not set"
    if isinstance(value, Mapping) and set(value) <= {"file", "sha256"} and "file" in value:
        return f"{value['file']} ({str(value.get('sha256', 'not read'))[:8]})"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2]} …"


def _cells(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    made_before: Mapping[str, Any],
    made_after: Mapping[str, Any],
) -> str:
    """Name the cells that changed, of those that ran until the figure was made."""
    old, new = _until(before, made_before), _until(after, made_after)
    if old == new:
        return ""
    notebooks = [str(one.get("notebook", "")) for one in (made_before, made_after)]
    if notebooks[0] != notebooks[1]:
        return f"made by notebook {notebooks[1]}, before by {notebooks[0]}"
    was, now = dict(old), dict(new)
    if len(was) != len(old) or len(now) != len(new):  # cells without ids cannot be told apart
        return f"the cells of notebook {notebooks[1]}"
    changed = [one for one in now if was.get(one) != now[one]] + [one for one in was if one not in now]
    if not changed:
        return f"the order of the cells of notebook {notebooks[1]}"
    several = "s" if len(changed) > 1 else ""
    return f"cell{several} {listed(changed, _MOST)} of notebook {notebooks[1]}"


def _files(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Name the files that the notebook read both times, and that were not the same."""
    old, new = before.get("files") or {}, after.get("files") or {}
    return sorted(name for name in old.keys() & new.keys() if old[name] != new[name])


def _until(recipe: Mapping[str, Any], made: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give the code cells of a notebook up to the one that made a figure; all if that is not known."""
    cells = [(str(name), str(content)) for name, content in made.get("cells", ())]
    names = [name for name, _ in cells]
    last = (recipe.get("cell") or {}).get("id")
    return cells[: names.index(last) + 1] if last in names else cells


def _libraries(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    made_before: Mapping[str, Any] | None,
    made_after: Mapping[str, Any] | None,
) -> list[str]:
    old = {**before.get("versions", {}), **(made_before or {}).get("libraries", {})}
    new = {**after.get("versions", {}), **(made_after or {}).get("libraries", {})}
    return [
        f"{name} {old[name]} → {new[name]}"
        for name in sorted(old.keys() & new.keys())
        if old[name] != new[name]
    ]
