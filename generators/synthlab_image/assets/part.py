"""Parts of machines, and packages: what lies on conveyors and shelves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from synthlab import Draws

from ..colours import blended, distinct, vivid
from ..options import Share
from ..scene import Colour, Look
from .base import Asset
from .raster import Raster
from .tools import colour_of, digits, worn

__all__ = ["PackageAsset", "PartAsset", "PriceTagAsset"]

PartName = Literal["nut", "washer", "bolt", "gear", "bracket", "spring"]
PackageName = Literal["box", "bottle", "can", "jar", "bag"]
STEEL: tuple[Colour, ...] = ((150, 154, 160), (186, 188, 190), (110, 114, 120), (196, 168, 96), (70, 72, 78))
BRANDS = (
    "ALDO", "BIRKA", "CORVA", "DELMI", "ENSO", "FAYA", "GRANO", "HEDDA", "ILMO", "JUNA", "KOLA+", "LUMI",
    "MIRA", "NOVO", "OKTO", "PALA", "RINA", "SOLE", "TAVI", "ULMA", "VIDA", "WANJA", "XENO", "YUKA", "ZITA",
)  # fmt: skip
GOODS = (
    "OATS",
    "TEA",
    "RICE",
    "MILK",
    "SOAP",
    "JUICE",
    "PASTA",
    "BEANS",
    "COFFEE",
    "HONEY",
    "CORN",
    "SALT",
    "SUGAR",
)


class PartAsset(Asset):
    """A part of metal."""

    asset: Literal["part"]
    parts: tuple[PartName, ...] = Field(("nut",), min_length=1)
    defects: Share = Field(0.0, description="Share that has rust or a scratch.")

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        look: Look = {
            "part": draws.choice(self.parts),
            "colour": worn(draws, draws.choice(STEEL), 10),
            "form": [round(draws.uniform(), 4) for _ in range(4)],
        }
        if draws.chance(self.defects):
            look["defect"] = [round(draws.uniform(-0.5, 0.5), 4) for _ in range(6)]
        return look

    def draw(self, look: Look, size: int) -> Raster:
        from .parts import draw_part

        return draw_part(look, size)


class PackageAsset(Asset):
    """A package with a label on it, seen from the front; its brand is its text."""

    asset: Literal["package"]
    packages: tuple[PackageName, ...] = Field(("box", "bottle", "can", "jar", "bag"), min_length=1)

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        main = vivid(draws)
        second = distinct(draws, (main,), enough=200)
        return {
            "package": draws.choice(self.packages),
            "colours": [main, second, blended(main, (255, 255, 255), draws.uniform(0.6, 1.0))],
            "brand": draws.choice(BRANDS),
            "goods": draws.choice(GOODS),
            "form": [round(draws.uniform(), 4) for _ in range(4)],
            "style": draws.integer(0, 4),
        }

    def draw(self, look: Look, size: int) -> Raster:
        from .packages import draw_package

        return draw_package(look, size)


class PriceTagAsset(Asset):
    """The tag of a shelf: a price, a name and sometimes an offer; the price is its text."""

    asset: Literal["price_tag"]
    currency: str = Field("€", max_length=3)

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        cents = draws.choice(("99", "49", "95", "29", "79", "00", "50", "19"))
        offer = draws.chance(0.3)
        return {
            "price": f"{draws.integer(0, 25)}.{cents}",
            "name": f"{draws.choice(BRANDS)} {draws.choice(GOODS)}",
            "amount": draws.choice(("250 g", "500 g", "1 kg", "330 ml", "1 l", "6 x 50 g")),
            "code": digits(draws, 6),
            "currency": self.currency,
            "paper": worn(draws, (250, 214, 50) if offer else (248, 248, 244), 8),
            "ink": (190, 20, 30) if offer and draws.chance(0.6) else (20, 20, 22),
            "offer": offer,
        }

    def draw(self, look: Look, size: int) -> Raster:
        from .canvas import Canvas

        width, height = float(size), size * 0.55
        canvas = Canvas(width, height)
        ink = colour_of(look["ink"])
        canvas.box(0, 0, width, height, (170, 170, 166), round=height * 0.05)
        canvas.box(1, 1, width - 1, height - 1, colour_of(look["paper"]), round=height * 0.05)
        top = 0.12
        if look["offer"]:
            canvas.box(1, 1, width - 1, height * 0.22, (206, 24, 34))
            canvas.text(
                "OFFER", width / 2, height * 0.115, height * 0.11, (255, 255, 255), "bold", width * 0.6
            )
            top = 0.31
        canvas.text(look["name"], width * 0.5, height * top, height * 0.09, (30, 30, 32), "sans", width * 0.9)
        whole, cents = look["price"].split(".")
        wide = canvas.text(whole, width * 0.42, height * 0.6, height * 0.34, ink, "condensed", width * 0.5)
        canvas.text(
            cents, width * 0.42 + wide / 2 + width * 0.1, height * 0.53, height * 0.19, ink, "condensed"
        )
        canvas.text(look["currency"], width * 0.9, height * 0.62, height * 0.15, ink, "bold")
        canvas.text(
            look["amount"], width * 0.16, height * 0.9, height * 0.07, (60, 60, 62), "sans", width * 0.25
        )
        canvas.text(
            look["code"], width * 0.84, height * 0.9, height * 0.06, (60, 60, 62), "mono", width * 0.25
        )
        return canvas.raster(text=look["price"])
