"""The pictures of assets that a process keeps, in the sizes that scenes ask for."""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from .assets.base import Asset
from .assets.raster import Raster
from .scene import Thing

__all__ = ["Studio"]

_LADDER = (16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
MOST_BYTES = 64_000_000


class Studio:
    """Gives the picture of a thing; of looks that repeat it keeps the latest."""

    def __init__(
        self,
        classes: Sequence[Sequence[Asset]],
        distracting: Sequence[Sequence[Asset]],
        photographed: Asset | None = None,
    ) -> None:
        self._classes = classes
        self._distractors = [asset for assets in distracting for asset in assets]
        self._photographed = photographed
        self._kept: OrderedDict[Any, Raster] = OrderedDict()
        self._bytes = 0

    def asset(self, thing: Thing) -> Asset:
        """Return the asset that a thing shows."""
        if thing.label < 0:
            return self._distractors[thing.asset]
        if thing.asset < 0:
            assert self._photographed is not None
            return self._photographed
        return self._classes[thing.label][thing.asset]

    def raster(self, thing: Thing) -> Raster:
        """Return the picture of a thing, at about the size that it is shown in."""
        asset = self.asset(thing)
        size = max(8, math.ceil(thing.pose.size))
        if not asset.reused:
            return asset.draw(thing.look, min(size, _LADDER[-1]))
        size = next((step for step in _LADDER if step >= size), _LADDER[-1])
        key = thing.label < 0, thing.label, thing.asset, size, json.dumps(thing.look)
        found = self._kept.get(key)
        if found is None:
            found = asset.draw(thing.look, size)
            self._kept[key] = found
            self._bytes += found.pixels.nbytes
            while self._bytes > MOST_BYTES and len(self._kept) > 1:
                self._bytes -= self._kept.popitem(last=False)[1].pixels.nbytes
        else:
            self._kept.move_to_end(key)
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        # What is kept stays where it is.
        return Studio, (self._classes, [[asset] for asset in self._distractors], self._photographed)
