"""Running text: sequences of words that stand in a release, found wherever they are, and cut."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["CUT", "RunningText", "cut_sentence", "words_of"]

CUT = "[…]"
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """Give the words of a text, without regard to case, signs and how letters are composed.

    Examples
    --------
    >>> words_of("“Mutual trust” (see: cross-border_teams)")
    ['mutual', 'trust', 'see', 'cross', 'border', 'teams']
    """
    return [one.casefold() for one in _WORD.findall(unicodedata.normalize("NFC", text))]


def _sequences(words: list[str], length: int) -> Iterator[str]:
    for i in range(len(words) - length + 1):
        yield " ".join(words[i : i + length])


@dataclass(frozen=True, slots=True)
class RunningText:
    """Sequences of words that stand in a release and must not stand elsewhere.

    Attributes
    ----------
    longest : int
        So many words in a row are no running text yet.
    found : frozenset of str
        The sequences of one word more that stand in the releases as well as in what was looked through.
    """

    longest: int
    found: frozenset[str]

    @classmethod
    def between(
        cls, pieces: Iterable[str], texts: Iterable[str], longest: int, *, allowed: Iterable[str] = ()
    ) -> RunningText:
        """Look for sequences that stand both in pieces of a package and in texts of releases.

        Parameters
        ----------
        pieces, texts : iterable of str
            The texts are read once, one by one; only what the pieces hold is kept.
        longest : int
            So many words in a row may stand.
        allowed : iterable of str
            What may stand at any length: names of issuers, queries.

        Examples
        --------
        >>> text = "The officers agreed that trust is a habit and not a treaty."
        >>> kept = RunningText.between(["They said trust is a habit."], [text], 3)
        >>> sorted(kept.found)
        ['trust is a habit']
        >>> kept.cut("They said: “Trust is a habit”, no more.")
        'They said: “Trust is a […]”, no more.'
        """
        length = longest + 1
        long = (
            piece for piece in pieces if len(piece) >= 2 * length - 1
        )  # each word has a letter and a space
        wanted = {one for piece in long for one in _sequences(words_of(piece), length)}
        wanted -= {one for name in allowed for one in _sequences(words_of(name), length)}
        heads = {one.partition(" ")[0] for one in wanted}
        found: set[str] = set()
        for text in texts if wanted else ():
            words = words_of(text)
            for i in range(len(words) - length + 1):
                if words[i] in heads:
                    sequence = " ".join(words[i : i + length])
                    if sequence in wanted:
                        found.add(sequence)
        return cls(longest, frozenset(found))

    def is_in(self, piece: str) -> bool:
        """Say whether a piece holds running text."""
        return (
            bool(self.found)
            and len(piece) > 2 * self.longest
            and any(one in self.found for one in _sequences(words_of(piece), self.longest + 1))
        )

    def cut(self, piece: str) -> str:
        """Give a piece in which of each stretch of running text only the first words are left."""
        if not self.found:
            return piece
        text = unicodedata.normalize("NFC", piece)
        spans = [one.span() for one in _WORD.finditer(text)]
        words = [text[start:end].casefold() for start, end in spans]
        length = self.longest + 1
        taken = [False] * len(words)
        for i in range(len(words) - length + 1):
            if " ".join(words[i : i + length]) in self.found:
                taken[i : i + length] = [True] * length
        if not any(taken):
            return piece
        made, end, run = "", 0, 0
        for i, (start, stop) in enumerate(spans):
            run = run + 1 if taken[i] else 0
            if run == length:
                made = f"{made.rstrip()} {CUT}" if made.strip() else CUT
            elif run < length:
                made += text[end:start] + text[start:stop]
            end = stop
        return made + text[end:]


def cut_sentence(sentence: str, match: str, longest: int) -> str:
    """Give at most so many words of a sentence, with the words that were looked for in the middle.

    Examples
    --------
    >>> cut_sentence("The officers agreed that mutual trust is a habit and not a treaty.", "mutual trust", 6)
    '… agreed that mutual trust is a …'
    >>> cut_sentence("Trust is a habit.", "Trust", 6), cut_sentence("Trust is a habit.", "Trust", 0)
    ('Trust is a habit.', '')
    """
    if longest <= 0:
        return ""
    spans = [one.span() for one in _WORD.finditer(unicodedata.normalize("NFC", sentence))]
    text = unicodedata.normalize("NFC", sentence)
    if len(spans) <= longest:
        return sentence
    at = text.casefold().find(unicodedata.normalize("NFC", match).casefold()) if match else -1
    place = next((i for i, (_, end) in enumerate(spans) if end > at), 0) if at >= 0 else 0
    wide = max(1, len(_WORD.findall(match))) if at >= 0 else 1
    first = min(max(0, place - max(0, longest - wide) // 2), len(spans) - longest)
    last = first + longest - 1
    before = "… " if first else ""
    after = " …" if last < len(spans) - 1 else text[spans[last][1] :]
    return before + text[spans[first][0] if first else 0 : spans[last][1]] + after
