"""Image files: their sizes, whether they are whole, and which are the same."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Header", "digest", "header_reader", "mark"]

TAIL = 4096
"""Bytes at the end of a file that tell most of them apart."""
TURNED = range(5, 9)
"""EXIF orientations in which width and height change places."""
_ORIENTATION = 0x0112
_ENDS = {b"\xff\xd8\xff": b"\xff\xd9", b"\x89PNG": b"IEND"}


@dataclass(frozen=True, slots=True)
class Header:
    """What an image file says about itself."""

    width: int
    height: int
    orientation: int
    """EXIF's: 1 is upright, 5 to 8 are on their sides."""


def header_reader() -> Callable[[Path], Header | str] | None:
    """Return a function that reads a header, or says why it cannot; None without Pillow."""
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        return None

    def read(path: Path) -> Header | str:
        try:
            with warnings.catch_warnings():
                # A large image is none of our business: it is not decoded.
                warnings.simplefilter("ignore")
                with Image.open(path) as image:
                    orientation = image.getexif().get(_ORIENTATION, 1) if "exif" in image.info else 1
                    return Header(*image.size, orientation if orientation in range(1, 9) else 1)
        except UnidentifiedImageError:
            return "no image that Pillow knows"
        except Image.DecompressionBombError:
            return "far too large to be read"
        except (OSError, SyntaxError, ValueError) as error:
            return str(error)

    return read


def mark(path: Path) -> tuple[int, bytes] | str:
    """Return size and a hash of the file's end, or what is wrong with a file that ends too early."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL))
            tail = file.read()
    except OSError as error:
        return error.strerror or str(error)
    if not size:
        return "the file is empty"
    for head, end in _ENDS.items():
        if start.startswith(head) and end not in tail:
            return "the file ends before the image does"
    return size, hashlib.blake2b(tail, digest_size=16).digest()


def digest(path: Path) -> bytes:
    """Return a hash of the whole file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").digest()
