"""Make every figure again and say which came out the same, and why the others did not."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from octadisc.figures.evidence import ELEMENTS
from octadisc.figures.files import sha256_of
from octadisc.figures.gallery import read_manifest, read_recipes
from octadisc.figures.make import Order, Say, prepare_figures
from octadisc.figures.remade.cache import cache_folder
from octadisc.figures.remade.only import choose_names
from octadisc.figures.remade.reasons import Reason, find_reasons
from octadisc.figures.remade.record import read_record
from octadisc.figures.remade.releases import name_changes, recall
from octadisc.figures.remade.tables import compare_tables
from octadisc.figures.report.article import KINDS
from octadisc.figures.settings import Settings
from octadisc.figures.summary import SUMMARY
from octadisc.figures.words import counted, listed

__all__ = ["Verdict", "check_figures", "compare_figures", "compare_tables", "tell_verdicts"]

_WORDS = ("title", "alt", "caption")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a figure.

    Attributes
    ----------
    name : str
    outcome : str
        "same bytes", "same numbers", "different", "missing", "new"; "not checked": one's own, or one whose
        notebook was not run; "stopped": not checked either, since its notebook stopped. A notebook that
        stopped and has no figures stands for itself.
    detail : str
        What differs.
    reasons : tuple of Reason
        Why, wherever the bytes are not the same.
    """

    name: str
    outcome: str
    detail: str = ""
    reasons: tuple[Reason, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the figure's numbers came out the same."""
        return self.outcome in ("same bytes", "same numbers", "not checked")

    def __str__(self) -> str:
        return self.tell()

    def tell(self, told: Collection[Reason] = ()) -> str:
        """Say it in a line; of reasons that are told elsewhere, only the kind."""
        text = f"{self.name}: {self.outcome}" + (f" ({self.detail})" if self.detail else "")
        why = dict.fromkeys(one.kind if one in told else str(one) for one in self.reasons)
        return f"{text}; {'; '.join(why)}" if why else text


def check_figures(
    folder: Path,
    corpus: Path | None = None,
    *,
    topics: int | None = None,
    say: Say = print,
    settings: Settings | None = None,
    notebooks: Path | None = None,
    load_options: Mapping[str, Any] | None = None,
    only: Sequence[str] = (),
) -> list[Verdict]:
    """Make the figures again, elsewhere, and compare each with the one in a folder.

    Nothing is taken from earlier runs: all is computed anew.

    Parameters
    ----------
    folder : Path
        The figures.
    corpus, topics, say, settings, notebooks, load_options
        As of `octadisc.figures.make.make_figures`.
    only : list of str, optional
        Check only these figures, by name or pattern.

    Raises
    ------
    MissingFileError
        If there is no such folder.
    """
    known = [str(one["name"]) for one in read_recipes(folder)]  # says so at once if there is nothing
    chosen = choose_names(only, known) if only else None
    order = Order(corpus, topics, (settings or Settings()).within(notebooks), load_options or {}, only)
    stopped: dict[str, str] = {}
    with prepare_figures(order, folder.resolve(), say=say, stopped=stopped) as made:
        return compare_figures(folder, made, only=chosen, ran=order.settings.notebooks, stopped=stopped)


def compare_figures(
    old: Path,
    new: Path,
    *,
    only: Collection[str] | None = None,
    ran: Collection[str] | None = None,
    stopped: Mapping[str, str] | None = None,
) -> list[Verdict]:
    """Compare two folders of figures, figure by figure.

    Parameters
    ----------
    old, new : Path
    only : list of str, optional
        The figures that are compared; by default all.
    ran : list of str, optional
        The notebooks that were run for the new ones; by default all.
    stopped : mapping, optional
        Those of them that did not come to their end, each with why.
    """
    stopped = stopped or {}
    before = {str(one["name"]): one for one in read_recipes(old)}
    after = {str(one["name"]): one for one in read_recipes(new)}
    made_before, made_after = read_record(old, before), read_record(new, after)
    manifest = read_manifest(old)
    verdicts = []
    for name in [*after, *(name for name in before if name not in after)]:
        if only is not None and name not in only:
            continue
        if name not in before:
            verdicts.append(Verdict(name, "new", f"not in {old}"))
        elif name in after:
            found = _compare(name, old, new, before[name], after[name])
            if found.outcome in ("different", "same numbers"):
                reasons = find_reasons(
                    before[name],
                    after[name],
                    made_before.get(name),
                    made_after.get(name),
                    name_corpora=lambda one, other: _name_corpora(old, new, one, other),
                    edited=_edited(old, before[name]),
                )
                found = Verdict(name, found.outcome, found.detail, tuple(reasons))
            verdicts.append(found)
        elif (notebook := str(before[name].get("notebook", ""))) in stopped:
            verdicts.append(Verdict(name, "stopped", _why_stopped(stopped[notebook])))
        elif manifest and f"{name}.json" not in manifest:
            verdicts.append(Verdict(name, "not checked", "no notebook makes it"))
        elif ran is not None and before[name].get("notebook", "") not in ran:
            verdicts.append(Verdict(name, "not checked", "its notebook was not run"))
        else:
            verdicts.append(Verdict(name, "missing", "not made this time"))
    known = {str(one.get("notebook", "")) for one in before.values()}
    bare = [name for name in stopped if name not in known]
    return verdicts + [Verdict(name, "stopped", _why_stopped(stopped[name])) for name in bare]


def _why_stopped(said: str) -> str:
    return f"{said[:1].lower()}{said[1:]}".rstrip(".")


def tell_verdicts(verdicts: Sequence[Verdict]) -> list[str]:
    """Give a line a figure, then the reasons that several share, then how many hold."""
    count = Counter(reason for one in verdicts for reason in one.reasons)
    shared = [reason for reason, n in count.items() if n > 1]
    checked = [one for one in verdicts if one.outcome not in ("not checked", "stopped")]
    lines = [one.tell(shared) for one in checked]
    if shared:
        lines += ["Why:", *(f"  {reason}" for reason in sorted(shared, key=str))]
    left: dict[str, list[str]] = {}
    for one in verdicts:
        if one not in checked:
            left.setdefault(one.detail, []).append(one.name)
    lines += [f"Not checked: {listed(names, 4)}; {why}." for why, names in left.items()]
    hold = sum(one.holds for one in checked)
    return [*lines, f"{hold} of {counted(len(checked), 'figure')} hold{'s' * (len(checked) == 1)}."]


def _compare(name: str, old: Path, new: Path, before: dict[str, Any], after: dict[str, Any]) -> Verdict:
    if "paragraphs" in before or "paragraphs" in after:
        if before.get("paragraphs") != after.get("paragraphs"):
            return Verdict(name, "different", "the claim reads otherwise")
        return _compare_bytes(name, old, new, ["json"])
    if "skipped" in before or "skipped" in after:
        if ("skipped" in before) != ("skipped" in after):
            drawn = "drawn before, and not now" if "skipped" in after else "not drawn before, and now it is"
            return Verdict(name, "different", drawn)
        if before["skipped"] != after["skipped"]:
            return Verdict(name, "different", "not drawn for another reason")
        return _compare_bytes(name, old, new, ["json"])
    absent = [kind for kind in KINDS if not (old / f"{name}.{kind}").exists()]
    if absent:
        return Verdict(name, "missing", f"no {_list_kinds(absent)} in {old}")
    found = compare_tables(_bytes(old, name, "csv").decode(), _bytes(new, name, "csv").decode())
    if found:
        return Verdict(name, "different", found)
    drawn = _compare_drawn(_said(old, name), _said(new, name))
    if drawn:
        return Verdict(name, "different", drawn)
    more = sorted({*before.get("sha256", ()), *after.get("sha256", ())} - set(KINDS))
    verdict = _compare_bytes(name, old, new, [*KINDS, *more])
    words = [word for word in _WORDS if before.get(word) != after.get(word)]
    if words:
        return Verdict(name, verdict.outcome, f"{verdict.detail}; another {' and '.join(words)}")
    return verdict


def _said(folder: Path, name: str) -> list[str]:
    """Give what each element of a figure says: that which is drawn, of all that its table has."""
    rows = csv.DictReader(StringIO(_bytes(folder, name, ELEMENTS).decode()))
    return [one["says"] for one in rows]


def _compare_drawn(before: list[str], after: list[str]) -> str:
    """Say where the numbers drawn differ; nothing if they do not, or are not known of an older figure."""
    if not before or not after or before == after:
        return ""
    if len(before) != len(after):
        return f"{len(before):,} points, bars or cells were drawn, and are {len(after):,}"
    unlike = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    more = f", and {len(unlike) - 1:,} more" if len(unlike) > 1 else ""
    return f"drawn was “{unlike[0][0]}” and is “{unlike[0][1]}”{more}"


def _compare_bytes(name: str, old: Path, new: Path, kinds: Iterable[str]) -> Verdict:
    unlike = [kind for kind in kinds if _bytes(old, name, kind) != _bytes(new, name, kind)]
    if not unlike:
        return Verdict(name, "same bytes")
    return Verdict(name, "same numbers", f"other bytes in {_list_kinds(unlike)}")


def _list_kinds(kinds: Iterable[str]) -> str:
    """Write kinds of files as a list.

    Examples
    --------
    >>> _list_kinds(["pdf", "evidence.csv"])
    'PDF, evidence CSV'
    """
    return ", ".join(" ".join([*kind.split(".")[:-1], kind.split(".")[-1].upper()]) for kind in kinds)


def _bytes(folder: Path, name: str, kind: str) -> bytes:
    path = folder / f"{name}.{kind}"
    return path.read_bytes() if path.exists() else b""


def _edited(folder: Path, recipe: Mapping[str, Any]) -> list[str]:
    """Name the files of a figure that are not those that its recipe was written for."""
    name = recipe["name"]
    return [
        f"{name}.{kind}"
        for kind, sha256 in sorted((recipe.get("sha256") or {}).items())
        if (folder / f"{name}.{kind}").exists() and sha256_of(_bytes(folder, name, kind)) != sha256
    ]


def _name_corpora(old: Path, new: Path, before: str, after: str) -> str:
    """Say how two corpora differ: which releases came and went if that is known, else how many there are."""
    known = recall(before, cache_folder("corpora")), recall(after, cache_folder("corpora"))
    if known[0] is not None and known[1] is not None:
        return f"{name_changes(known[0], known[1])} ({before} → {after})"
    sizes = [_n_releases(folder) for folder in (old, new)]
    if None not in sizes and sizes[0] != sizes[1]:
        return f"{counted(int(sizes[0] or 0), 'release')} before, {sizes[1]:,} now ({before} → {after})"
    return f"{before} → {after}"


def _n_releases(folder: Path) -> int | None:
    try:
        return int(json.loads((folder / SUMMARY).read_text("utf-8"))["releases"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
