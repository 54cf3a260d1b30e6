"""International bank account numbers with right check digits (ISO 13616; ISO 7064, mod 97-10).

Their bank code is that of no bank where the numbering of a country leaves one. The check digits that some
countries have inside the account number are not computed.
"""

from __future__ import annotations

from functools import partial
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field, field_validator

from ..column import Array, Maker, Making, Setting, array
from .chances import part
from .record import Record, record_stream, record_words
from .strings import fixed_width

__all__ = ["Iban"]

# What an account number begins with in each country, a bank and a branch that do not exist, and how many
# digits follow (SWIFT's registry of IBAN formats).
_ACCOUNTS: dict[str, tuple[str, int]] = {
    "AT": ("99999", 11),
    "BE": ("999", 9),
    "BG": ("TEST9999", 10),
    "CH": ("99999", 12),
    "CY": ("99999999", 16),
    "CZ": ("9999", 16),
    "DE": ("99999999", 10),
    "DK": ("9999", 10),
    "EE": ("99", 14),
    "ES": ("99999999", 12),
    "FI": ("999", 11),
    "FR": ("9999999999", 13),
    "GB": ("TEST999999", 8),
    "GR": ("9999999", 16),
    "HR": ("9999999", 10),
    "HU": ("99999999", 16),
    "IE": ("TEST999999", 8),
    "IT": ("X9999999999", 12),
    "LT": ("99999", 11),
    "LU": ("999", 13),
    "LV": ("TEST", 13),
    "NL": ("TEST", 10),
    "NO": ("9999", 7),
    "PL": ("99999999", 16),
    "PT": ("99999999", 13),
    "RO": ("TEST", 16),
    "SE": ("999", 17),
    "SI": ("99999", 10),
    "SK": ("9999", 16),
}


class Iban(Record):
    """An international bank account number with right check digits, of a bank that does not exist."""

    kind: Literal["iban"]
    country: str | None = Field(
        default=None, description="The ISO code of the country; by default, one of those that have them."
    )

    def maker(self, setting: Setting) -> Maker:
        return self.made(partial(_iban, self.country, self.of))

    @field_validator("country")
    @classmethod
    def _known(cls, country: str | None) -> str | None:
        if country is not None and country not in _ACCOUNTS:
            raise ValueError(f"{country!r} is none of {', '.join(_ACCOUNTS)}")
        return country


def _iban(country: str | None, of: str, making: Making) -> Array:
    names = list(_ACCOUNTS) if country is None else [country]
    index = part(record_words(making, of, "account country"), 0) * len(names) >> 16
    counts = np.array([count for _, count in map(_ACCOUNTS.__getitem__, names)])
    numbers = record_stream(making, of, "account").integers(0, 10 ** counts[index])
    # By country, since the lengths differ, and back into the order of the rows.
    places = [np.flatnonzero(index == which) for which in range(len(names))]
    made = [_of_country(name, numbers[rows]) for name, rows in zip(names, places, strict=True)]
    return pa.concat_arrays(made).take(array(np.argsort(np.concatenate(places))))


def _of_country(name: str, numbers: npt.NDArray[np.int64]) -> Array:
    """Return the IBANs of these account numbers."""
    bank, count = _ACCOUNTS[name]
    characters = np.empty((len(numbers), 4 + len(bank) + count), dtype=np.uint8)
    characters[:] = np.frombuffer(f"{name}00{bank}{'0' * count}".encode(), dtype=np.uint8)
    # The remainder of bank, account, country and 00 after one another, in parts that fit in 64 bits.
    remainder = (_digits_of(bank) * 10**count % 97 + numbers) % 97
    check = 98 - (remainder * 10**6 + _digits_of(f"{name}00")) % 97
    _write(characters[:, 2:4], check)
    _write(characters[:, 4 + len(bank) :], numbers)
    return fixed_width(characters)


def _write(characters: npt.NDArray[np.uint8], numbers: npt.NDArray[np.int64]) -> None:
    """Write the digits of numbers, with leading zeros."""
    rest = numbers
    for column in reversed(range(characters.shape[1])):
        rest, digit = np.divmod(rest, 10)
        characters[:, column] = digit + ord("0")


def _digits_of(text: str) -> int:
    """Return text as the number that ISO 13616 makes of it: A is 10, Z is 35."""
    return int("".join(str(int(character, 36)) for character in text))
