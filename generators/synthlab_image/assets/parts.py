"""Pictures of parts of machines."""

from __future__ import annotations

import numpy as np

from ..geometry import circle, regular_polygon
from ..scene import Look
from .canvas import Canvas
from .light import sheen
from .raster import Raster
from .tools import colour_of

__all__ = ["draw_part"]


def draw_part(look: Look, size: int) -> Raster:
    """Return the picture of a part whose longer side is that long."""
    colour, form = colour_of(look["colour"]), look["form"]
    dark, light = (
        colour_of([c * 6 // 10 for c in colour]),
        colour_of([min(255, c * 12 // 10) for c in colour]),
    )
    s, half = float(size), size / 2
    high = {"bolt": 0.34 + 0.12 * form[0], "spring": 0.3 + 0.12 * form[0]}.get(look["part"], 1.0)
    canvas = Canvas(s, s * high)
    y = s * high / 2
    match look["part"]:
        case "nut":
            hexagon = regular_polygon(6)
            for scale, tint in ((1.0, dark), (0.95, colour)):
                canvas.polygon(
                    [hexagon * half * scale + (half, y), circle(64) * half * 0.5 + (half, y)], tint
                )
            canvas.ring(half, y, half * 0.62, half * 0.1, light)
        case "washer":
            hole = 0.35 + 0.25 * form[0]
            for scale, tint in ((1.0, dark), (0.96, colour)):
                canvas.polygon(
                    [circle(64) * half * scale + (half, y), circle(64) * half * hole + (half, y)], tint
                )
        case "gear":
            teeth = 8 + int(form[0] * 5) * 2
            canvas.polygon([_gear(teeth) * half + (half, y), circle(64) * half * 0.22 + (half, y)], dark)
            canvas.polygon(
                [_gear(teeth) * half * 0.96 + (half, y), circle(64) * half * 0.24 + (half, y)], colour
            )
            canvas.ring(half, y, half * 0.6, half * 0.06, dark)
            if form[1] > 0.4:
                for x, v in circle(8)[::2] if form[1] < 0.7 else circle(8):
                    canvas.disc(half + float(x) * half * 0.43, y + float(v) * half * 0.43, half * 0.08, dark)
        case "bolt":
            head = s * (0.16 + 0.06 * form[1])
            canvas.box(0, 0, head, 2 * y, dark, round=s * 0.02)
            canvas.box(s * 0.012, s * 0.012, head, 2 * y - s * 0.012, colour, round=s * 0.02)
            thick = y * (0.4 + 0.15 * form[2])
            canvas.box(head, y - thick, s, y + thick, colour, round=s * 0.015)
            steps = 14
            start = head + (s - head) * 0.35 * form[3]
            for i in range(steps):
                x = start + (s - start) * (i + 0.5) / steps
                canvas.line((x - s * 0.006, y - thick), (x + s * 0.006, y + thick), s * 0.012, dark)
            canvas.box(head, y - thick * 0.5, s * 0.99, y - thick * 0.2, light)
        case "bracket":
            arm = s * (0.22 + 0.14 * form[0])
            corner = np.array(
                [(0, 0), (arm, 0), (arm, s - arm), (s, s - arm), (s, s), (0, s)], dtype=np.float64
            )
            holes = [
                circle(32) * arm * 0.22 + place
                for place in (
                    (arm / 2, s * 0.15),
                    (arm / 2, s * 0.5),
                    (s * 0.85, s - arm / 2),
                    (s * 0.5, s - arm / 2),
                )
            ]
            canvas.polygon([corner, *holes], colour)
            canvas.line((0, s * 0.5), (0, s), s * 0.02, light)
        case _:
            turns = 7 + int(form[1] * 5)
            for i in range(turns):
                x = s * (i + 0.5) / turns
                canvas.line((x - s * 0.5 / turns, y * 1.9), (x, y * 0.1), s * 0.035, dark)
                canvas.line((x, y * 0.1), (x + s * 0.5 / turns, y * 1.9), s * 0.045, colour)
    canvas.shade(sheen())
    if "defect" in look:
        _spoil(canvas, look["defect"], s, s * high)
    return canvas.raster()


def _spoil(canvas: Canvas, defect: list[float], width: float, height: float) -> None:
    """Draw rust or a scratch, only where the part is."""
    a, b, c, d, e, f = defect
    start = (width * (0.5 + a * 0.8), height * (0.5 + b * 0.8))
    if e > 0:
        canvas.inked_line(
            start, (width * (0.5 + c), height * (0.5 + d)), max(1.0, width * 0.012), (236, 236, 238)
        )
    else:
        canvas.inked_disc(*start, width * (0.06 + 0.08 * abs(f)), (128, 62, 28))


def _gear(teeth: int):  # type: ignore[no-untyped-def]
    """Return the outline of a gear in the unit circle."""
    from ..geometry import direction

    points = []
    for i in range(teeth):
        for share, radius in ((0.0, 0.82), (0.28, 0.82), (0.36, 1.0), (0.64, 1.0), (0.72, 0.82)):
            x, y = direction((i + share) * 360 / teeth)
            points.append((x * radius, y * radius))
    return np.array(points)
