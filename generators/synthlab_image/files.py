"""Pictures of the user's: sprites, cut-outs and photographs, read once and kept in sizes that are needed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

from synthlab.errors import InputError

from .assets.raster import Raster

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "Kept", "named", "photograph", "photograph_as_is", "premultiplied", "read", "reduced", "size_of",
    "sprite",
]  # fmt: skip

Picture = npt.NDArray[Any]

LARGEST = 20_000_000
"""Pixels of the largest picture that is read: a schema from a stranger must not fill the memory."""

ORIENTATION = 0x0112
"""The number of the EXIF field that says how a picture is to be turned."""
LYING = (5, 6, 7, 8)
"""Its values for pictures that are stored lying on their side."""


class Kept:
    """Pictures that took work to make: the latest ones, up to a number of bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._pictures: OrderedDict[Hashable, Picture] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Picture]) -> Picture:
        """Return the picture of that key, made now if it is not there."""
        found = self._pictures.get(key)
        if found is not None:
            self._pictures.move_to_end(key)
            return found
        found = self._pictures[key] = make()
        self._bytes += found.nbytes
        while self._bytes > self._most and len(self._pictures) > 1:
            self._bytes -= self._pictures.popitem(last=False)[1].nbytes
        return found


_as_they_are = Kept(192_000_000)

UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, OverflowError)
"""What Pillow raises for files that are broken: more kinds of errors than it says."""


def named(path: Path) -> str:
    """Return the name of a file with its folder's: there may be an `a.png` of each class."""
    return f"{path.parent.name}/{path.name}"


@lru_cache(maxsize=512)
def sprite(path: Path, size: int) -> Raster:
    """Return a picture cut to what is not transparent, its longer side `size` pixels or what it has."""
    return Raster(reduced(_sprite(path), size))


@lru_cache(maxsize=64)
def photograph(path: Path, least_width: int, least_height: int) -> Picture:
    """Return a photograph without transparency, reduced towards (and never below) a size."""
    picture = read(path)
    if picture.shape[2] == 4:
        picture = cv2.cvtColor(picture, cv2.COLOR_BGRA2BGR)
    while picture.shape[1] >= 4 * least_width and picture.shape[0] >= 4 * least_height:
        picture = cv2.resize(
            picture, (picture.shape[1] // 2, picture.shape[0] // 2), interpolation=cv2.INTER_AREA
        )
    return picture


def photograph_as_is(path: Path) -> Picture:
    """Return a photograph without transparency, in its own size."""
    picture = _as_they_are.get(path, lambda: read(path))
    return picture if picture.shape[2] == 3 else cv2.cvtColor(picture, cv2.COLOR_BGRA2BGR)


def read(path: Path, most: int = LARGEST, size: tuple[int, int] | None = None) -> Picture:
    """Return the pixels of a file as bytes, shape `(height, width, 3)` or `(height, width, 4)`.

    A file of more than `most` pixels is an error. The camera's note of how to turn the picture is followed
    where the width and height are `size` then.
    """
    from PIL import Image, ImageOps

    if path.suffix.lower() == ".svg":
        from .assets.vectors import rasterised

        return cv2.cvtColor(rasterised(path), cv2.COLOR_RGBA2BGRA)
    try:
        with Image.open(path) as image:
            if image.width * image.height > most:
                found = f"{named(path)} has {image.width} x {image.height} pixels, more than {most:,}"
                raise InputError(f"{found}; make it smaller")
            if image.mode.startswith("I"):
                return cv2.cvtColor(_as_bytes(np.asarray(image)), cv2.COLOR_GRAY2BGR)
            clear = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
            turned = size is not None and size == _seen(image)
            pixels = np.asarray(
                (ImageOps.exif_transpose(image) if turned else image).convert("RGBA" if clear else "RGB")
            )
    except (*UNREADABLE, Image.DecompressionBombError) as error:
        raise _unreadable(path, error) from error
    return cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA if clear else cv2.COLOR_RGB2BGR)


def size_of(path: Path) -> tuple[int, int]:
    """Return the width and height of a picture as it is seen, without reading its pixels."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            return _seen(image)
    except (*UNREADABLE, Image.DecompressionBombError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> InputError:
    """Return an error that says of a file why it is no picture, and what to do."""
    from PIL import Image, UnidentifiedImageError

    found, hint = str(error)[:200] or type(error).__name__, "save it anew, or take it out of the folder"
    if isinstance(error, UnidentifiedImageError):
        found = "it begins like none"
    elif isinstance(error, Image.DecompressionBombError):
        found, hint = f"it has far more than {LARGEST:,} pixels", "make it smaller"
    return InputError(f"{named(path)} is not a picture that can be read: {found}; {hint}")


def _seen(image: Image) -> tuple[int, int]:
    """Return the width and height after the turn that the camera noted."""
    lies = image.getexif().get(ORIENTATION, 1) in LYING
    return (image.height, image.width) if lies else image.size


def _as_bytes(levels: Picture) -> Picture:
    """Return grey levels of more than 8 bits as bytes.

    Cameras and scanners store 10 or 12 bits in 16: white is what the bits can hold that are used.
    """
    highest = int(levels.max(initial=0))
    white = next((2**bits - 1 for bits in (8, 10, 12, 16) if highest < 2**bits), highest)
    return np.asarray(np.rint(np.clip(levels, 0, None) * (255 / white)), dtype=np.uint8)


def reduced(pixels: Picture, size: int) -> Picture:
    """Return a picture with a clear margin whose longer side is `size`, or what it has if that is less."""
    height, width = pixels.shape[:2]
    longer = max(height, width)
    if longer > size:
        wide, high = max(1, round(width * size / longer)), max(1, round(height * size / longer))
        pixels = cv2.resize(pixels, (wide, high), interpolation=cv2.INTER_AREA)
    return cv2.copyMakeBorder(pixels, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))


@lru_cache(maxsize=256)
def _sprite(path: Path) -> Picture:
    """Return blue, green, red and coverage, colours multiplied by it, cut to what is covered."""
    picture = read(path)
    if picture.shape[2] == 3:
        return cv2.cvtColor(picture, cv2.COLOR_BGR2BGRA)
    return premultiplied(picture, named(path))


def premultiplied(picture: Picture, name: str) -> Picture:
    """Return a picture with its colours multiplied by its coverage, cut to what is covered; `name` is for the
    error of one that is clear all over."""
    coverage = picture[..., 3]
    x, y, width, height = cv2.boundingRect(np.ascontiguousarray((coverage >= 8).view(np.uint8)))
    if not width:
        raise InputError(f"{name} is transparent all over; nothing of it would be seen")
    picture = np.ascontiguousarray(picture[y : y + height, x : x + width])
    share = cv2.merge([picture[..., 3]] * 3)
    colours = cv2.multiply(np.ascontiguousarray(picture[..., :3]), share, scale=1 / 255)
    return cv2.merge([*cv2.split(colours), picture[..., 3]])
