"""What is drawn on sheets beside text: rules, bar codes, QR codes, logos, signatures."""

from __future__ import annotations

from typing import Literal

import numpy as np

from synthlab import Draws

from ..assets.codes import ean13
from ..geometry import circle
from ..scene import Colour
from .sheet import Draft

__all__ = ["RuleStyle", "barcode", "logo", "qr", "rule", "signature"]

RuleStyle = Literal["dashes", "solid", "double", "dots", "none"]


def rule(draft: Draft, left: float, right: float, style: RuleStyle, line: float = 0.07) -> None:
    """Draw a horizontal rule at the draft's y."""
    y = draft.y
    match style:
        case "solid":
            draft.box(left, y - line / 2, right, y + line / 2)
        case "double":
            draft.box(left, y - 2 * line, right, y - line)
            draft.box(left, y + line, right, y + 2 * line)
        case "dashes" | "dots":
            step, long = (0.6, 0.4) if style == "dashes" else (0.3, line)
            for i in range(int((right - left) / step)):
                draft.box(left + i * step, y - line / 2, left + i * step + long, y + line / 2)
        case "none":
            pass


def barcode(draft: Draft, twelve: str, x: float, width: float, height: float) -> str:
    """Draw an EAN-13 bar code centred at x, from the draft's y down; return its 13 digits."""
    number, bars = ean13(twelve)
    step, left = width / 95, x - width / 2
    start = 0
    for i in range(1, 96):
        if i == 95 or bars[i] != bars[start]:
            if bars[start] == "1":
                draft.box(left + start * step, draft.y, left + i * step, draft.y + height)
            start = i
    return number


def qr(draft: Draft, payload: str, x: float, side: float) -> None:
    """Draw a QR code centred at x, from the draft's y down."""
    from ..assets.matrix import qr_modules

    modules = np.asarray(qr_modules(payload, "M")) > 0
    step, left = side / len(modules), x - side / 2
    for j, row in enumerate(modules):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
        for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            top = draft.y + j * step
            draft.box(left + a * step, top, left + b * step, top + step)


def logo(draft: Draft, draws: Draws, x: float, y: float, size: float, colour: Colour) -> None:
    """Draw a simple mark centred at (x, y)."""
    turn, half = circle(48), size / 2
    spot = np.array((x, y))
    match draws.integer(0, 5):
        case 0:
            draft.fill([tuple(p) for p in turn * half + spot], colour)
            draft.fill([tuple(p) for p in turn * half * 0.72 + spot], draft.paper)
            draft.fill([tuple(p) for p in turn * half * 0.45 + spot], colour)
        case 1:
            for i in range(3):
                left = x - half + i * size * 0.36
                draft.box(left, y + half - size * (0.45 + 0.27 * i), left + size * 0.26, y + half, colour)
        case 2:
            draft.fill([(x, y - half), (x + half, y), (x, y + half), (x - half, y)], colour)
            draft.fill(
                [(x, y - half / 2), (x + half / 2, y), (x, y + half / 2), (x - half / 2, y)], draft.paper
            )
        case 3:
            draft.fill([tuple(p) for p in turn * (half, half * 0.62) + spot], colour)
            draft.fill([tuple(p) for p in turn * (half * 0.62, half * 0.3) + spot], draft.paper)
        case _:
            draft.box(x - half, y - half, x + half, y + half, colour)
            draft.fill([(x - half, y + half), (x, y - half * 0.6), (x + half, y + half)], draft.paper)


def signature(draft: Draft, draws: Draws, left: float, y: float, width: float, ink: Colour) -> None:
    """Draw the scribble of a name from `left` on, around the line at y."""
    count = draws.integer(7, 12)
    knots = draws.uniforms(count, 2) * (0.9, 1.6) - (0.45, 1.1)
    knots[:, 0] += np.arange(count)
    # A Catmull-Rom spline through the knots, drawn as a pen with a slanted tip does.
    ends = np.concatenate([knots[:1], knots, knots[-1:]])
    t = np.linspace(0, 1, 9)[:-1, None]
    pieces = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False)
    ]
    way = np.concatenate(pieces) * (width / count, 1.0) + (left, y)
    for (x0, y0), (x1, y1) in zip(way.tolist(), way[1:].tolist(), strict=False):
        draft.fill([(x0, y0 - 0.09), (x1, y1 - 0.09), (x1 + 0.09, y1 + 0.09), (x0 + 0.09, y0 + 0.09)], ink)
