"""From what the columns of a real table are to the columns of its schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .dependencies import following
from .keys import Pattern
from .personal import words_of
from .profile import FEW, Categories, Constant, Counter, MadeUp, Numbers, Profile

__all__ = ["Declared", "declare"]

Keys = dict[str, Any]
_RECORDS = ("person", "address", "company", "payment_card", "coordinates", "network", "iban")
_SEXES = {"female": ("f", "female", "w", "woman"), "male": ("m", "male", "man")}


class Declared:
    """The columns of a schema, what a model must learn for them, and why."""

    def __init__(
        self, profiles: Mapping[str, Profile], target: str | None, given: Mapping[str, Profile]
    ) -> None:
        self.profiles = profiles
        self.target = target
        self.follows = {f.name: f for f in following({**given, **profiles}, target, given)}
        self.lost = {name: found for name, found in profiles.items() if _sometimes(found)}

    @property
    def learned(self) -> list[Numbers | Categories]:
        """The columns of the model."""
        columns: list[Numbers | Categories] = []
        for name, found in self.profiles.items():
            follows = self.follows.get(name)
            if follows is not None:
                columns += [follows.gap] if follows.gap else []
            elif isinstance(found, Numbers | Categories):
                columns.append(found)
            elif isinstance(found, MadeUp) and name in self.lost:
                codes = found.missing.astype("int64")
                columns.append(Categories(_missing_name(name), "boolean", [False, True], codes, ""))
        return columns

    @property
    def notes(self) -> list[str]:
        """What each column was taken for, and why, beginning with its name."""
        width = min(24, max(map(len, self.profiles)))
        notes = []
        for name, found in self.profiles.items():
            note = self.follows[name].note if name in self.follows else found.note
            notes.append(f"{name:<{width}}  {note}")
        return notes

    @property
    def columns(self) -> list[Keys]:
        """The columns as a schema file has them."""
        taken: set[tuple[str, str, str]] = set()
        columns: list[Keys] = []
        for name, found in self.profiles.items():
            columns += self._columns(name, found, taken)
        return columns

    def _columns(self, name: str, found: Profile, taken: set[tuple[str, str, str]]) -> Iterator[Keys]:
        if (follows := self.follows.get(name)) is not None:
            if follows.gap is not None:
                yield {"name": follows.gap.name, "kind": "fitted", "hidden": True}
            yield {"name": name, **follows.keys, **_written(found)}
            return
        match found:
            case Numbers() | Categories():
                label = {"label": True} if name == self.target else {}
                yield {"name": name, "kind": "fitted", **_written(found), **label}
            case Constant(value=value):
                yield {"name": name, "kind": "constant", "value": value}
            case Counter():
                yield {"name": name, "kind": "sequence"}
            case MadeUp():
                whose = _whose(name, found.keys, taken)
                keys = {**found.keys, **whose, **_unique(found), **({} if whose else self._sex(found))}
                if name not in self.lost:
                    yield {"name": name, **keys}
                    return
                lost, made = _missing_name(name), f"{name}, where it is not missing"
                yield {"name": lost, "kind": "fitted", "hidden": True}
                yield {"name": made, **keys, "hidden": True}
                text = f"None if column({lost!r}) else column({made!r})"
                yield {"name": name, "kind": "expression", "expression": text}

    def _sex(self, found: MadeUp) -> Keys:
        """Return to which column the names of a person keep, when one says who is a woman."""
        if found.keys["kind"] != "person":
            return {}
        for name, other in self.profiles.items():
            if not isinstance(other, Categories) or not re.search(
                r"(^|[^a-z])(sex|gender)([^a-z]|$)", words_of(name)
            ):
                continue
            women = [value for value in other.values if str(value).lower() in _SEXES["female"]]
            men = [value for value in other.values if str(value).lower() in _SEXES["male"]]
            if len(women) == len(men) == 1:
                column = name if name.isidentifier() and name.isascii() else f"column({name!r})"
                rule = f"'female' if {column} == {women[0]!r} else 'male' if {column} == {men[0]!r} else None"
                return {"sex": rule}
        return {}


def declare(
    profiles: Mapping[str, Profile], target: str | None, given: Mapping[str, Profile] | None = None
) -> Declared:
    """Return the columns of the schema of a table with these columns.

    Those that are `given` are there already, and others may follow from them.
    """
    return Declared(profiles, target, given or {})


def _written(found: Profile) -> Keys:
    return {"format": found.format} if isinstance(found, Numbers) and found.format else {}


def _missing_name(name: str) -> str:
    return f"{name} is missing"


def _sometimes(found: Profile) -> bool:
    return isinstance(found, MadeUp) and FEW <= int(found.missing.sum()) <= len(found.missing) - FEW


def _whose(name: str, keys: Mapping[str, Any], taken: set[tuple[str, str, str]]) -> Keys:
    """Return whose record a column is of: of the same one, unless that has such a column already."""
    kind, field = keys["kind"], keys.get("field", "")
    if kind not in _RECORDS:
        return {}
    owner = re.split(r"[-_ .]", words_of(name))[0]
    for of in ("person", owner, name):
        if (kind, field, of) not in taken:
            taken.add((kind, field, of))
            return {} if of == "person" else {"of": of}
    return {"of": name}


def _unique(found: MadeUp) -> Keys:
    """Return that no value occurs twice, where that was so and there are enough values."""
    if not found.unique:
        return {}
    kind, field = found.keys["kind"], found.keys.get("field")
    if kind == "person" and field in ("email", "username"):
        return {"unique": True}
    if kind == "pattern":
        codes = Pattern(name="x", kind="pattern", pattern=found.keys["pattern"]).codes
        return {"unique": True} if 4 * len(found.missing) < codes <= 2**62 else {}
    return {}
