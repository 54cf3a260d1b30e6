"""Pictures of packages."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ..geometry import circle
from ..scene import Look
from .canvas import Canvas
from .light import sheen
from .raster import Raster
from .tools import colour_of

__all__ = ["draw_package"]

_TALL = {"box": (1.1, 1.7), "bottle": (2.4, 3.4), "can": (1.5, 2.0), "jar": (1.1, 1.5), "bag": (1.2, 1.6)}


def draw_package(look: Look, size: int) -> Raster:
    """Return the picture of a package whose height is `size`."""
    kind, form = look["package"], look["form"]
    main, second, pale = (colour_of(c) for c in look["colours"])
    low, high = _TALL[kind]
    height, width = float(size), size / (low + (high - low) * form[0])
    canvas, w, h = Canvas(width, height), width, height
    dark = colour_of([c * 6 // 10 for c in main])
    top = 0.0
    match kind:
        case "bottle":
            neck = 0.16 + 0.1 * form[1]
            half = [
                (0.5 - 0.17, 0.07),
                (0.5 - 0.17, neck),
                (0.08, neck + 0.14),
                (0.0, neck + 0.22),
                (0.0, 0.97),
                (0.06, 1.0),
            ]
            outline = [*half, *((1 - x, y) for x, y in reversed(half))]
            canvas.polygon(np.array(outline) * (w, h), pale if form[2] < 0.5 else dark)
            canvas.box(w * 0.3, 0, w * 0.7, h * 0.08, second, round=w * 0.05)
            top = neck + 0.27
        case "can":
            canvas.box(w * 0.04, 0, w * 0.96, h, (186, 188, 192), round=w * 0.12)
            canvas.box(0, h * 0.05, w, h * 0.95, main, round=w * 0.04)
            top = 0.1
        case "jar":
            canvas.box(w * 0.1, 0, w * 0.9, h * 0.17, second, round=w * 0.05)
            canvas.box(0, h * 0.18, w, h, pale, round=w * 0.14)
            top = 0.32
        case "bag":
            steps = 16
            edge = [(i / steps, (i % 2) * 0.02) for i in range(steps + 1)]
            side = [(1.0, 0.04), (0.94, 0.14), (0.98, 0.5), (0.94, 0.88), (1.0, 0.97)]
            foot = [(x, 1 - y) for x, y in reversed(edge)]
            outline = [*edge, *side, *foot, *((1 - x, y) for x, y in reversed(side))]
            canvas.polygon(np.array(outline) * (w, h), main)
            top = 0.2
        case _:
            canvas.box(0, 0, w, h, main, round=w * 0.02)
            canvas.box(0, 0, w, h * 0.06, dark)
            top = 0.14
    _label(canvas, look, w, h, top)
    canvas.shade(_round() if kind in ("bottle", "can", "jar") else sheen())
    return canvas.raster(text=f"{look['brand']} {look['goods']}")


def _label(canvas: Canvas, look: Look, w: float, h: float, top: float) -> None:
    main, second, pale = (colour_of(c) for c in look["colours"])
    low = 0.9
    ink, paper = (main, pale) if look["package"] in ("bottle", "jar") else (pale, second)
    if look["package"] in ("bottle", "jar"):
        paper, ink = main, (pale if sum(main) < 420 else (24, 24, 26))
    elif sum(paper) > 460:
        ink = (24, 24, 26)
    match look["style"]:
        case 0:
            canvas.box(0, h * top, w, h * low, paper)
        case 1:
            canvas.disc(w / 2, h * (top + low) / 2, w * 0.44, paper)
        case 2:
            canvas.polygon(np.array([(0, top + 0.06), (1, top), (1, low - 0.06), (0, low)]) * (w, h), paper)
        case _:
            canvas.box(w * 0.06, h * top, w * 0.94, h * low, paper, round=w * 0.1)
            canvas.polygon(circle(32) * (w * 0.2, w * 0.2) + (w / 2, h * (low - 0.16)), ink)
    middle = (top + low) / 2 - (0.08 if look["style"] != 1 else 0.03)
    canvas.text(look["brand"], w / 2, h * middle, w * 0.17, ink, "bold", w * 0.76)
    canvas.text(look["goods"], w / 2, h * middle + w * 0.24, w * 0.09, ink, "sans", w * 0.6)


@cache
def _round() -> npt.NDArray[Any]:
    """Return levels of a round body: a bright streak left of the middle, dark sides."""
    levels = [78, 104, 128, 150, 160, 150, 138, 130, 124, 116, 104, 88, 70]
    return np.array([levels, levels], dtype=np.uint8)
