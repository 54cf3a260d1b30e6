"""Texts of a batch as one row of code points, and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["Codes", "Flags", "Flat", "Numbers", "Words", "ragged", "sums"]

Codes = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Flat:
    """Text i is `codes[bounds[i]:bounds[i + 1]]`: Unicode code points."""

    codes: Codes
    bounds: Numbers

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @classmethod
    def of(cls, text: pa.StringArray) -> Flat:
        """Return the texts, none of which may be null."""
        if text.null_count:
            raise ValueError(f"{text.null_count} of the texts are null")
        _, borders, data = text.buffers()
        if len(text) == 0 or borders is None or data is None:
            return cls(np.empty(0, np.uint32), np.zeros(len(text) + 1, np.int64))
        bounds = np.frombuffer(borders, np.int32)[text.offset : text.offset + len(text) + 1].astype(np.int64)
        encoded = np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]
        bounds -= bounds[0]
        if len(encoded) == 0 or encoded.max() < 0x80:
            return cls(encoded.astype(np.uint32), bounds)
        codes = np.frombuffer(encoded.tobytes().decode().encode("utf-32-le"), "<u4")
        codes = codes.astype(np.uint32, copy=False)
        # A code point of more than one byte is followed by bytes 10xxxxxx.
        return cls(codes, bounds - np.searchsorted(np.flatnonzero(encoded & 0xC0 == 0x80), bounds))

    def arrow(self) -> pa.StringArray:
        """Return the texts as an Arrow array."""
        wide = np.flatnonzero(self.codes >= 0x80)
        borders = self.bounds
        if len(wide):
            codes = self.codes[wide]
            extra = sums(1 + (codes >= 0x800).astype(np.int64) + (codes >= 0x10000))
            borders = borders + extra[np.searchsorted(wide, borders)]
            encoded = str(self.codes.astype("<u4", copy=False).data, "utf-32-le").encode()
        else:
            encoded = self.codes.astype(np.uint8).tobytes()
        if len(encoded) >= 2**31:
            raise ValueError("the texts of one batch take more than 2 GiB; ask for fewer rows at a time")
        return pa.StringArray.from_buffers(
            len(self), pa.py_buffer(borders.astype(np.int32).tobytes()), pa.py_buffer(encoded)
        )


def sums(counts: npt.NDArray[np.integer]) -> Numbers:
    """Return the sums of all counts before each place, and of all."""
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])


def ragged(first: Numbers, count: Numbers) -> Numbers:
    """Return `first[i]`, `first[i] + 1`... `count[i]` numbers of each, one list after the other."""
    ends = np.cumsum(count, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    numbers: Numbers = np.repeat(first - (ends - count), count)
    numbers += np.arange(total, dtype=np.int64)
    return numbers
