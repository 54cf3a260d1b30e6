"""Telephone numbers that belong to nobody.

Where a country's regulator keeps numbers for films and books, those: the North American plan's 555-0100 to
555-0199, the United Kingdom's (Ofcom), Australia's (ACMA), Germany's (BNetzA), France's (ARCEP), Sweden's
(PTS) and Ireland's (ComReg). Elsewhere numbers begin with +999, which the ITU has given to no country.
"""

from __future__ import annotations

from .strings import strings
from .tables import Phones

__all__ = ["phones"]


def phones(country_code: str) -> Phones:
    """Return the telephone numbers of a country."""
    heads, digits, count = _FICTION.get(country_code, _NOBODY)
    return Phones(strings(heads), digits, count)


_NORTH_AMERICA = "({}) 555-01"
_CANADA = (
    204,
    226,
    236,
    250,
    403,
    416,
    418,
    438,
    506,
    514,
    519,
    587,
    604,
    613,
    647,
    705,
    778,
    780,
    819,
    902,
    905,
)
_FICTION: dict[str, tuple[list[str], int, int]] = {
    "US": (
        [_NORTH_AMERICA.format(area) for area in (202, 212, 305, 312, 404, 415, 602, 617, 713, 206)],
        2,
        100,
    ),
    "CA": ([_NORTH_AMERICA.format(area) for area in _CANADA], 2, 100),
    "GB": (
        [
            *(
                "0113 496 0",
                "0114 496 0",
                "0115 496 0",
                "0116 496 0",
                "0117 496 0",
                "0118 496 0",
                "0121 496 0",
            ),
            *(
                "0131 496 0",
                "0141 496 0",
                "0151 496 0",
                "0161 496 0",
                "020 7946 0",
                "0191 498 0",
                "01632 960 ",
            ),
            "07700 900 ",
        ],
        3,
        1000,
    ),
    "AU": (["(02) 5550 ", "(03) 5550 ", "(07) 5550 ", "(08) 5550 ", "(02) 7010 ", "(03) 7010 "], 4, 10_000),
    "DE": (["030 23125 ", "040 66969 ", "069 90009 ", "0221 4710 ", "089 99998 "], 3, 1000),
    "FR": (
        [
            f"{head} {pair:02} "
            for head in ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49", "06 39 98")
            for pair in range(100)
        ],
        2,
        100,
    ),
    "IE": ([f"020 91{digit} " for digit in range(10)], 4, 10_000),
    "SE": (["031-390 06 ", "040-628 04 ", "08-465 004 "], 2, 100),
}
_NOBODY = ([f"+999 {area} " for area in range(10, 100)], 6, 1_000_000)
