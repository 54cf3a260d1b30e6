"""Which keys lie side by side."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["neighbours"]


def neighbours(rows: Sequence[str]) -> dict[str, str]:
    """Return for each key those that touch it; each row lies half a key to the right of the one above."""
    near: dict[str, list[str]] = {key: [] for row in rows for key in row}
    for row, below in zip(rows, [*rows[1:], ""], strict=True):
        for at, key in enumerate(row):
            for other in (row[at + 1 : at + 2], below[max(at - 1, 0) : at], below[at : at + 1]):
                if other:
                    near[key].append(other)
                    near[other].append(key)
    return {key: "".join(others) for key, others in near.items()}
