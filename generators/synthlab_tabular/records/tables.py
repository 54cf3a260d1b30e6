"""What a locale gives, compiled once: names, streets, places and telephone numbers as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ..column import Array
from .chances import Slots
from .strings import Layout

__all__ = ["Addresses", "Centres", "People", "Phones", "cached"]

Centres = npt.NDArray[np.int64]

cached = lru_cache(maxsize=64)
"""Keeps what was compiled of as many locales as one process is likely to need."""


@dataclass(frozen=True)
class People:
    """Names; the tables of women's come before men's where the two differ.

    The slots go by a bit for the sex, then fifteen for the name.
    """

    name: Layout
    """The full name, of the sources `first`, `last`, `second` (another last name) and `middle`."""
    first: Array
    last: Array
    title: Array
    slots: Mapping[str, Slots]
    """For the sources of `name`, and for `title`."""
    handle_heads: Array
    """What begins the name of an account: for each style, one for each first name."""
    handle_tails: Array
    """What ends it: one for each last name."""
    initials: tuple[Array, Array]

    @property
    def styles(self) -> int:
        """How many ways there are to begin the name of an account."""
        return len(self.handle_heads) // len(self.first)


@dataclass(frozen=True)
class Addresses:
    """Places with what belongs to them, and streets."""

    line: Layout
    """The whole address, of the sources `place`, `street`, `number`, `tail` and tables of its own."""
    pools: Mapping[str, int]
    """How many values those tables of its own have."""
    places: Mapping[str, Array]
    """For each place its `city`, `region`, `region_code` and `postcode_head`."""
    place_slots: Slots
    streets: Array
    street_slots: Slots
    numbers: Array
    tails: Array
    """What comes after the head of a postcode."""
    centres: Centres | None
    """Latitude and longitude of each place in millionths of a degree, shape `(places, 2)`, where known."""


@dataclass(frozen=True)
class Phones:
    """Telephone numbers: a head, and `digits` digits after it, of which there are `count` numbers."""

    heads: Array
    digits: int
    count: int
    by_place: bool = False
    """Whether there is a head for each place, instead of heads that are all as likely."""
