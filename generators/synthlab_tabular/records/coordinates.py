"""Latitudes and longitudes: near the city of the same record's address, or within its country."""

from __future__ import annotations

from functools import partial
from typing import Literal

from pydantic import Field

from synthlab.generator import OptionProblem

from ..column import Array, Maker, Making, Misfit, Setting, array
from . import locales
from .address import place_index
from .chances import part
from .record import Local, record_words

__all__ = ["Coordinates"]

_NEAR = 40_000
"""How far from the centre of a city an address may be to each side, in millionths of a degree: 4 km."""


class Coordinates(Local):
    """Where the address of the same `of` is, in degrees with six decimals.

    In en_US within 4.5 km of the centre of its city to the north and south, and less to the east and west.
    For other locales in a rectangle of land inside the country.
    """

    kind: Literal["coordinates"]
    field: Literal["latitude", "longitude"] = Field(description="Which of the two the column holds.")

    def maker(self, setting: Setting) -> Maker:
        locale = self.words_from(setting)
        if locales.centres(locale) is None and locales.country_code(locale) not in _BOXES:
            message = f"where {locale} is, is not known"
            hint = f"known countries are {', '.join(sorted(_BOXES))}"
            raise Misfit(OptionProblem(("locale",) if self.locale else (), message, hint))
        return self.made(partial(_degrees, int(self.field == "longitude"), locale, self.of), "float64")


def _degrees(axis: int, locale: str, of: str, making: Making) -> Array:
    share = part(record_words(making, of, "coordinates"), 32 * axis, 32)
    centres = locales.centres(locale)
    if centres is not None:
        low = centres[place_index(of, locale, making), axis] - _NEAR
        return array((low + (share * (2 * _NEAR) >> 32)) / 1_000_000)
    ends = _BOXES[locales.country_code(locale)]
    least, greatest = (round(ends[axis + side] * 1_000_000) for side in (0, 2))
    return array((least + (share * (greatest - least) >> 32)) / 1_000_000)


# South, west, north and east of a rectangle on land, inside each country.
_BOXES = {
    "AR": (-36.0, -65.0, -28.0, -60.0),
    "AT": (47.2, 13.0, 48.2, 16.0),
    "AU": (-33.0, 142.0, -24.0, 150.0),
    "BE": (50.4, 3.6, 51.1, 5.4),
    "BG": (42.0, 23.3, 43.3, 27.0),
    "BR": (-22.0, -54.0, -10.0, -44.0),
    "CA": (50.0, -119.0, 55.0, -98.0),
    "CH": (46.6, 7.2, 47.3, 9.3),
    "CL": (-38.0, -72.4, -33.5, -71.2),
    "CN": (26.0, 104.0, 38.0, 117.0),
    "CO": (2.5, -75.5, 7.0, -72.0),
    "CZ": (49.1, 13.3, 50.2, 17.2),
    "DE": (48.2, 8.3, 53.2, 12.0),
    "DK": (55.2, 8.9, 56.8, 9.5),
    "EE": (58.2, 25.0, 59.2, 27.0),
    "ES": (38.2, -5.8, 42.2, -1.2),
    "FI": (61.5, 23.0, 66.0, 28.5),
    "FR": (44.3, 0.4, 48.8, 5.5),
    "GB": (51.3, -2.5, 53.6, -0.4),
    "GE": (41.7, 42.7, 42.3, 45.0),
    "GR": (39.2, 21.2, 40.8, 22.4),
    "HR": (45.4, 16.0, 46.0, 17.3),
    "HU": (46.5, 17.5, 47.6, 20.5),
    "ID": (-7.4, 107.0, -6.8, 111.0),
    "IE": (52.3, -8.8, 54.0, -6.8),
    "IL": (31.0, 34.7, 32.8, 35.0),
    "IN": (14.5, 75.5, 26.5, 79.8),
    "IR": (30.5, 51.0, 36.0, 58.5),
    "IT": (44.7, 8.0, 45.8, 11.8),
    "JP": (35.3, 136.5, 36.5, 139.5),
    "KR": (35.3, 127.0, 37.4, 128.9),
    "LT": (54.6, 22.8, 56.0, 25.5),
    "LV": (56.6, 24.0, 57.2, 27.0),
    "MX": (19.5, -103.5, 25.0, -99.0),
    "NL": (51.6, 5.0, 52.8, 6.0),
    "NO": (60.0, 7.5, 63.0, 11.0),
    "NP": (27.5, 82.5, 28.5, 85.0),
    "NZ": (-39.8, 175.6, -37.8, 176.9),
    "PL": (50.5, 16.0, 53.6, 22.5),
    "PT": (38.2, -8.5, 41.6, -7.2),
    "RO": (44.3, 23.5, 47.3, 26.8),
    "RU": (52.0, 34.0, 58.0, 55.0),
    "SE": (57.5, 13.3, 61.0, 16.0),
    "SI": (45.8, 14.2, 46.3, 15.4),
    "SK": (48.5, 17.5, 49.0, 21.5),
    "TH": (14.5, 100.0, 18.0, 102.0),
    "TR": (37.6, 29.0, 40.3, 40.0),
    "TW": (23.0, 120.4, 24.5, 121.2),
    "UA": (48.0, 25.5, 50.8, 36.0),
    "US": (34.0, -115.0, 46.0, -84.0),
    "VN": (21.0, 104.0, 22.3, 106.2),
    "ZA": (-31.5, 21.0, -26.0, 29.0),
}
