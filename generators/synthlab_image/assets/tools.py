"""What several kinds of assets draw from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from synthlab import Draws

from ..scene import Colour

__all__ = ["FaceName", "colour_of", "digits", "letters", "worn"]

FaceName = Literal["sans", "bold", "condensed", "serif", "serif-bold", "mono"]


def colour_of(value: Sequence[int]) -> Colour:
    """Return a colour from a look, in which it may be a list."""
    return int(value[0]), int(value[1]), int(value[2])


def digits(draws: Draws, count: int) -> str:
    """Return so many random digits."""
    return "".join(draws.choice("0123456789") for _ in range(count))


def letters(draws: Draws, count: int, of: str = "ABCDEFGHJKLMNPRSTUVWXYZ") -> str:
    """Return so many random letters."""
    return "".join(draws.choice(of) for _ in range(count))


def worn(draws: Draws, colour: Colour, most: int = 14) -> Colour:
    """Return a colour as it looks after some years."""
    red, green, blue = (min(255, max(0, c + draws.integer(-most, most + 1))) for c in colour)
    return red, green, blue
