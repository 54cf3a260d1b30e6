"""Bar codes (EAN-13) and QR codes that readers can read, with their payload as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from synthlab import Draws

from ..scene import Colour, Look
from .base import Asset
from .raster import Raster
from .tools import colour_of, digits, letters, worn

__all__ = ["BarcodeAsset", "QrAsset", "ean13"]

BLACK, WHITE = (16, 16, 18), (250, 250, 248)
_LEFT = (
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
)
_PARITY = ("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL")


def ean13(twelve: str) -> tuple[str, str]:
    """Return (the number with its check digit, its 95 modules: 1 is a bar). ISO/IEC 15420."""
    total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(twelve))
    number = twelve + str(-total % 10)
    left = ""
    for digit, kind in zip(number[1:7], _PARITY[int(number[0])], strict=True):
        code = _LEFT[int(digit)]
        # G is the complement of L, read backwards.
        left += code if kind == "L" else "".join("10"[int(bit)] for bit in code)[::-1]
    right = "".join("".join("10"[int(bit)] for bit in _LEFT[int(digit)]) for digit in number[7:])
    return number, f"101{left}01010{right}101"


class BarcodeAsset(Asset):
    """An EAN-13 bar code on white; its number is its text."""

    asset: Literal["barcode"]
    prefix: Annotated[str, Field(pattern=r"^[0-9]{0,12}$")] = Field("", description="The number begins so.")

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        twelve = self.prefix + digits(draws, 12 - len(self.prefix))
        return {"number": ean13(twelve)[0], "paper": worn(draws, WHITE, 5), "tall": draws.uniform(0.35, 0.75)}

    def draw(self, look: Look, size: int) -> Raster:
        from .canvas import Canvas

        width, height = float(size), size * look["tall"]
        canvas = Canvas(width, height)
        canvas.box(0, 0, width, height, colour_of(look["paper"]))
        _, bars = ean13(look["number"][:12])
        step, left, low = width / 113, width * 11 / 113, height * 0.8
        runs = [(i, bars[i:]) for i in range(95) if bars[i] == "1" and (i == 0 or bars[i - 1] == "0")]
        for i, rest in runs:
            length = len(rest) - len(rest.lstrip("1"))
            guard = i < 3 or i > 91 or 45 <= i < 50
            bottom = low + height * (0.06 if guard else 0)
            canvas.box(left + i * step, height * 0.06, left + (i + length) * step, bottom, BLACK)
        canvas.text(look["number"], width / 2, height * 0.91, height * 0.09, BLACK, "sans", width * 0.8)
        return canvas.raster(text=look["number"])


class QrAsset(Asset):
    """A QR code on white; its payload is its text."""

    keypoints = ("top left", "top right", "bottom right", "bottom left")

    asset: Literal["qr"]
    payloads: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=300)], ...], Field(max_length=5000)
    ] = Field((), description="What the codes say, each as likely; if empty, made-up addresses and numbers.")

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        if self.payloads:
            payload = draws.choice(self.payloads)
        else:
            kind = draws.integer(0, 3)
            code = letters(draws, draws.integer(4, 12), "abcdefghijklmnopqrstuvwxyz0123456789")
            payload = (f"https://example.com/{code}", f"ID-{digits(draws, 10)}", f"TICKET:{code.upper()}")[
                kind
            ]
        look: Look = {"payload": payload, "error": draws.choice("LMQH"), "paper": worn(draws, WHITE, 5)}
        look["ink"] = worn(draws, draws.choice((BLACK, BLACK, BLACK, (20, 40, 110), (110, 20, 40))), 8)
        return look

    def draw(self, look: Look, size: int) -> Raster:
        from .canvas import Canvas
        from .matrix import qr_modules, stretched

        modules = qr_modules(look["payload"], look["error"])
        side = len(modules)
        canvas = Canvas(size, size)
        canvas.box(0, 0, size, size, colour_of(look["paper"]))
        quiet = size * 4 / (side + 8)
        mask, start = stretched(modules, size - 2 * quiet), quiet
        canvas.stamp(mask, round(start * 2), round(start * 2), colour_of(look["ink"]))
        corners = ((quiet, quiet), (size - quiet, quiet), (size - quiet, size - quiet), (quiet, size - quiet))
        return canvas.raster(text=look["payload"], keypoints=corners)
