"""Which releases a corpus held, remembered by its fingerprint, to say what came, went and changed since."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from octadisc.errors import OctadiscError
from octadisc.figures.words import counted, listed
from octadisc.writing import write_whole

if TYPE_CHECKING:
    from octadisc.corpus import Corpus

__all__ = ["digest_releases", "name_changes", "recall", "remember"]

_ASIDE = ("release", "source", "page", "spans")  # where a release was read, not what it says
_OLD = 400 * 24 * 3600  # seconds; a study may rest for a year
_MOST = 40  # corpora
_NAMED = 3  # releases of a kind


def digest_releases(corpus: Corpus) -> dict[str, str]:
    """Give a hash of the contents of each release, by its id.

    Examples
    --------
    >>> from octadisc.corpus import Corpus
    >>> digest_releases(Corpus.from_frame([{"release": "a", "text": "Trust."}])).keys()
    dict_keys(['a'])
    """
    frame = corpus.frame
    columns = sorted(one for one in frame.columns if one not in _ASIDE)
    rows = zip(*(frame[one].tolist() for one in columns), strict=True)
    return {
        str(release): hashlib.sha256(
            "\x1f".join(f"{name}={value}" for name, value in zip(columns, row, strict=True)).encode(
                "utf-8", "surrogatepass"
            )
        ).hexdigest()[:16]
        for release, row in zip(frame["release"], rows, strict=True)
    }


def remember(corpus: Corpus, folder: Path | None) -> None:
    """Keep which releases there are, in a file named by the corpus's fingerprint."""
    if folder is None:
        return
    try:
        told = json.dumps(digest_releases(corpus), ensure_ascii=False).encode("utf-8", "surrogatepass")
        write_whole(folder / f"{corpus.fingerprint}.json.gz", gzip.compress(told, 6))
        kept = sorted(folder.glob("*.json.gz"), key=lambda one: -one.stat().st_mtime)
        for i, one in enumerate(kept):
            if i >= _MOST or time.time() - one.stat().st_mtime > _OLD:
                with suppress(OSError):
                    one.unlink()
    except (OSError, OctadiscError, ValueError):
        return


def recall(fingerprint: str, folder: Path | None) -> dict[str, str] | None:
    """Give the releases of a corpus of an earlier run; None if they are not known."""
    if folder is None or not fingerprint.isalnum():
        return None
    try:
        made = json.loads(gzip.decompress((folder / f"{fingerprint}.json.gz").read_bytes()))
        return {str(name): str(value) for name, value in made.items()}
    except (OSError, EOFError, ValueError, AttributeError):
        return None


def name_changes(before: dict[str, str], after: dict[str, str]) -> str:
    """Say how many releases came, went and changed, and the first of them by name.

    Examples
    --------
    >>> name_changes({"a": "1", "b": "2", "c": "3"}, {"b": "2", "c": "4", "d": "5", "e": "6"})
    '2 releases came (d and e), 1 went (a), 1 changed (c)'
    >>> name_changes({"a": "1"}, {"a": "1"})
    'the same releases otherwise described'
    """
    both = before.keys() & after.keys()
    kinds = [
        (sorted(after.keys() - before.keys()), "came"),
        (sorted(before.keys() - after.keys()), "went"),
        (sorted(one for one in both if before[one] != after[one]), "changed"),
    ]
    said = [(names, word) for names, word in kinds if names]
    if not said:
        return "the same releases otherwise described"
    numbers = [counted(len(said[0][0]), "release"), *(f"{len(names):,}" for names, _ in said[1:])]
    return ", ".join(
        f"{n} {word} ({listed(names, _NAMED)})" for n, (names, word) in zip(numbers, said, strict=True)
    )
