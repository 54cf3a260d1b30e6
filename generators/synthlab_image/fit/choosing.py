"""Which photographs are kept where there are more than a fit takes."""

from __future__ import annotations

from collections.abc import Sequence

from .labeled import Labeled

__all__ = ["chosen"]


def chosen(photos: Sequence[Labeled], most: int) -> list[Labeled]:
    """Return at most so many of the photographs, in order: at even steps, and some of each class."""
    count = len(photos)
    if count <= most:
        return list(photos)
    even = _evenly(range(count), most)
    seen: set[str] = set()
    needed = []
    for place in dict.fromkeys((*even, *range(count))):
        labels = {thing.label for thing in photos[place].objects}
        if not labels <= seen:
            needed.append(place)
            seen |= labels
    needed = needed[:most]
    others = [place for place in even if place not in needed]
    return [photos[place] for place in sorted((*needed, *_evenly(others, most - len(needed))))]


def _evenly(places: Sequence[int], count: int) -> list[int]:
    return [places[i * len(places) // count] for i in range(count)]
