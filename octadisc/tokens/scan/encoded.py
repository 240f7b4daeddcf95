"""Encoded texts: the UTF-8 of a column of strings as it lies in memory or on disk, without a copy."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["EncodedTexts", "eights_of"]

Piece = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]

_LEAST = 16  # bytes of a text that kernels read; zeros behind a shorter one are never looked at


class EncodedTexts:
    """The strings of a pandas column or a list, to be read as bytes; a missing one is empty.

    pandas keeps strings in Arrow's form, one after the other in UTF-8. What is kept otherwise is
    brought to that form; lone surrogates, which UTF-8 has no bytes for, become U+FFFD.
    """

    def __init__(self, values: Any) -> None:
        import pyarrow as pa

        from octadisc.writing import encodable

        if isinstance(values, list):
            values = [encodable(one) for one in values]
        made = pa.array(values, **({"type": pa.large_string()} if isinstance(values, list) else {}))
        chunks = made.chunks if isinstance(made, pa.ChunkedArray) else [made]
        self._chunks = [
            one.cast(pa.large_string()).fill_null("") if one.null_count else one.cast(pa.large_string())
            for one in chunks
        ]
        self._firsts = np.cumsum([0, *map(len, self._chunks)])
        bounds = [np.diff(_parts(one)[1]) for one in self._chunks]
        self.sizes: npt.NDArray[np.int64] = np.concatenate([np.zeros(0, np.int64), *bounds])

    def __len__(self) -> int:
        return self.sizes.size

    def piece(self, low: int, high: int) -> Piece:
        """Give bytes in which some rows stand one after the other, and where each begins, and the last ends.

        The bytes may hold other rows before and behind. Only rows that lie in several pieces of memory
        are copied.
        """
        import pyarrow as pa

        if low == high:
            return _at_least(b""), _frozen(np.zeros(1, np.int64))
        i, j = (int(one) for one in np.searchsorted(self._firsts, (low, high - 1), side="right") - 1)
        if i == j:
            return _parts(self._chunks[i][low - self._firsts[i] : high - self._firsts[i]])
        parts = [
            self._chunks[k][max(0, low - self._firsts[k]) : high - self._firsts[k]] for k in range(i, j + 1)
        ]
        return _parts(pa.concat_arrays(parts))

    def strings(self, low: int, high: int) -> list[str]:
        """Give some rows as strings."""
        text, bounds = self.piece(low, high)
        return [text[start:end].tobytes().decode() for start, end in pairwise(bounds.tolist())]

    def cut(self, size: int, most: int) -> list[tuple[int, int]]:
        """Cut the rows into stretches of about the same size: `size` bytes, or more if they were too many.

        Above one there are at least four, so that two threads end at about the same time.
        """
        total = int(self.sizes.sum())
        n = min(-(-total // size), most)
        n = max(1, n if n < 2 else -(-n // 4) * 4)
        behind = np.cumsum(self.sizes)
        ends = np.searchsorted(behind, np.arange(1, n) * (total / n)) + 1
        edges = np.unique([0, *np.minimum(ends, len(self)), len(self)]).tolist()
        return list(pairwise(edges)) or [(0, 0)]


def eights_of(text: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """Give the eight bytes from each byte on, the first lowest: a view, not a copy."""
    return np.ndarray((text.size - 7,), "<u8", buffer=text, strides=(1,))


def _parts(array: Any) -> Piece:
    """Give the buffers of an Arrow array of large strings: read-only, which kernels are compiled for."""
    _, offsets, data = array.buffers()
    if offsets is None or not len(array):
        return _at_least(b""), _frozen(np.zeros(len(array) + 1, np.int64))
    bounds = np.frombuffer(offsets, np.int64, len(array) + 1, array.offset * 8)
    if not bounds.flags.aligned:
        bounds = _frozen(bounds.copy())
    text = np.frombuffer(data or b"", np.uint8)
    return (text if text.size >= _LEAST else _at_least(text.tobytes())), bounds


def _at_least(text: bytes) -> npt.NDArray[np.uint8]:
    """Make a text long enough for a view of its eights that kernels take for one."""
    return np.frombuffer(text.ljust(_LEAST, b"\0"), np.uint8)


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array.flags.writeable = False
    return array
