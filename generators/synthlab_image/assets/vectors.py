"""SVG files as pictures."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from synthlab.errors import InputError

from .canvas import FONTS
from .vector_checks import svg_text

__all__ = ["SVG_SIDE", "rasterised"]

SVG_SIDE = 512
"""How long the longer side of its picture is, in pixels; sprites are made smaller from it, never larger."""
LARGEST = 4_000_000
"""Bytes of the largest file that is read."""
DPI = 96
"""Pixels of an inch in style sheets, for sides in millimetres and the like."""


def rasterised(path: Path) -> npt.NDArray[Any]:
    """Return an SVG file as red, green, blue and coverage, shape `(h, w, 4)`, its longer side `SVG_SIDE`.

    Its words are set in the fonts that ship with synthlab, whatever is installed. Raises InputError for a
    file that cannot be drawn, that would take too long, or that shows other files: those could lie anywhere.
    """
    import resvg_py
    from PIL import Image

    from ..files import named

    data = path.read_bytes()
    if len(data) > LARGEST:
        raise InputError(f"{named(path)} has {len(data):,} bytes, more than {LARGEST:,}")
    text = svg_text(data, named(path))
    try:
        drawn = resvg_py.svg_to_bytes(
            svg_string=text,
            width=SVG_SIDE,
            height=SVG_SIDE,
            dpi=DPI,
            skip_system_fonts=True,
            font_files=[str(font) for font in sorted(FONTS.glob("*.ttf"))],
            font_family="DejaVu Sans",
            sans_serif_family="DejaVu Sans",
            serif_family="DejaVu Serif",
            monospace_family="DejaVu Sans Mono",
        )
    except ValueError as error:
        raise InputError(f"{named(path)} is no SVG file that can be drawn: {error}") from error
    with Image.open(io.BytesIO(bytes(drawn))) as image:
        return np.asarray(image.convert("RGBA"))
