"""Whether the columns of one record can agree: they must say the same of what they share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from synthlab.generator import OptionProblem

from ..column import Column
from .address import Address
from .coordinates import Coordinates
from .person import Person

__all__ = ["disagreements"]

_SHARED = {"locale": (Person, Address, Coordinates), "sex": (Person,)}


def disagreements(columns: Sequence[Column], locale: str) -> Iterator[OptionProblem]:
    """Yield what columns of the same `of` say differently from the first of them; `locale` is the default."""
    for option, kinds in _SHARED.items():
        first: dict[str, tuple[str, str | None]] = {}
        for place, column in enumerate(columns):
            if not isinstance(column, kinds):
                continue
            said = getattr(column, option) or (locale if option == "locale" else None)
            other, before = first.setdefault(column.of, (column.name, said))
            if said != before:
                message = f"column {other!r} is of the same {column.of!r}, with {_said(option, before)}"
                inside = (option,) if option in column.model_fields_set else ()
                yield OptionProblem(
                    ("columns", place, *inside), message, "say the same, or give this column another `of`"
                )


def _said(option: str, value: str | None) -> str:
    return f"no `{option}`" if value is None else f"`{option}: {value}`"
