"""The words that slots take: listed, counted out, or made from a pattern."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from importlib.resources import files

from synthlab import OptionProblem
from synthlab.errors import did_you_mean

from .options import MOST_ENTRIES, Entry, LexiconOptions

__all__ = ["NUMBERS", "LexiconError", "Lexicon", "Term", "known_lexicons", "read"]

NUMBERS = ("singular", "plural", "mass")
"""What a word is to those that agree with it; `mass` is what cannot be counted: furniture."""
RESERVED = ("text", "value", "weight", "number")
_NAMES = re.compile(r"[A-Za-z_]\w*\Z")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@dataclass(frozen=True)
class Term:
    """One entry of a lexicon."""

    text: str
    value: str
    number: str = "singular"
    weight: float = 1.0
    forms: dict[str, str | int | float | bool] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Lexicon:
    """Words, or a pattern for words that are too many to list."""

    name: str
    terms: tuple[Term, ...]
    pattern: str | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """Which numbers its words have, in the order of `NUMBERS`."""
        if self.pattern is not None:
            return ("singular",)
        return tuple(number for number in NUMBERS if any(term.number == number for term in self.terms))


class LexiconError(Exception):
    """A lexicon that cannot be read; `path` leads on from its own."""

    def __init__(
        self, message: str, path: tuple[str | int, ...] = (), hint: str = "", offset: int | None = None
    ) -> None:
        super().__init__(message)
        self.problem = OptionProblem(path, message, hint, offset)


def read(name: str, options: Sequence[Entry] | LexiconOptions) -> Lexicon:
    """Return a lexicon, or raise LexiconError."""
    if not isinstance(options, LexiconOptions):
        return Lexicon(name, _whole(_listed(options, ())))
    if options.pattern is not None and options.count is None and options.check is None:
        first = next((key for key in ("entries", "include", "range", "dates") if getattr(options, key)), None)
        if first is not None:
            raise LexiconError(f"a pattern without `count` is no list, so {first!r} cannot be beside it")
        return Lexicon(name, (), options.pattern)
    if options.pattern is None:
        for key in ("check", "count"):
            if getattr(options, key) is not None:
                raise LexiconError(f"{key!r} belongs to a pattern", (key,), "give a `pattern`")
    terms = [*_listed(options.entries, ("entries",))]
    include = [options.include] if isinstance(options.include, str) else options.include
    for place, included in enumerate(include):
        if included not in known_lexicons():
            hint = did_you_mean(included, known_lexicons()) or f"there are {', '.join(known_lexicons())}"
            path = ("include",) if isinstance(options.include, str) else ("include", place)
            raise LexiconError(f"no lexicon {included!r} comes with synthlab", path, hint.strip())
        terms += _shipped(included)
    if options.pattern is not None:
        terms += _codes(name, options)
    if options.range is not None:
        terms += _numbers(options)
    if options.dates is not None:
        terms += _dates(options)
    return Lexicon(name, _whole(terms))


def _whole(terms: Sequence[Term] | Iterator[Term]) -> tuple[Term, ...]:
    """Return the terms without those that say the same twice, at least one and not too many."""
    found = list({(term.text, term.value, *term.forms.items()): term for term in terms}.values())
    if not found:
        raise LexiconError("this lexicon has no words", (), "list some, or `include` one")
    if len(found) > MOST_ENTRIES:
        raise LexiconError(f"{len(found):,} words are more than {MOST_ENTRIES:,}", (), "use a pattern")
    return tuple(found)


def _listed(entries: Sequence[Entry], path: tuple[str | int, ...]) -> Iterator[Term]:
    for place, entry in enumerate(entries):
        if isinstance(entry, str):
            if not entry:
                raise LexiconError(
                    "an entry needs words", (*path, place), "a part that may be left out is [..]"
                )
            yield Term(entry, entry)
        else:
            yield _entry(entry, (*path, place))


def _entry(entry: dict[str, str | int | float | bool], path: tuple[str | int, ...]) -> Term:
    text = str(entry.get("text", ""))
    if not text:
        raise LexiconError("an entry needs its `text`", path)
    number, weight = entry.get("number", "singular"), entry.get("weight", 1)
    if number not in NUMBERS:
        raise LexiconError(f"{number!r} is no number", (*path, "number"), f"one of {', '.join(NUMBERS)}")
    if isinstance(weight, (str, bool)) or not 0 < weight <= 1e6:
        raise LexiconError("a weight is a number above 0", (*path, "weight"))
    forms = {key: value for key, value in entry.items() if key not in RESERVED}
    for key in forms:
        if not _NAMES.match(key):
            raise LexiconError(
                f"{key!r} cannot be named in a slot", (*path, key), "use letters, digits and _"
            )
    return Term(text, str(entry.get("value", text)), str(number), float(weight), forms)


# What comes with synthlab.


@cache
def known_lexicons() -> tuple[str, ...]:
    """Return the names of the lexicons that come with synthlab, sorted."""
    folder = files("synthlab_text") / "data" / "lexicons"
    return tuple(sorted(path.name[:-4] for path in folder.iterdir() if path.name.endswith(".txt")))


@cache
def _shipped(name: str) -> tuple[Term, ...]:
    """Return a lexicon of the package: an entry a line, `text | key: value | key: value`."""
    text = (files("synthlab_text") / "data" / "lexicons" / f"{name}.txt").read_text(encoding="utf-8")
    terms = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            word, *pairs = (part.strip() for part in line.split(" | "))
            keys = dict(pair.split(": ", 1) for pair in pairs)
            terms.append(_entry({"text": word, **keys}, ()))
    return tuple(terms)


# What is counted out.


def _numbers(options: LexiconOptions) -> Iterator[Term]:
    assert options.range is not None
    low, high = (Decimal(str(bound)) for bound in options.range)
    step = Decimal(str(options.step))
    if not (low.is_finite() and high.is_finite() and step.is_finite()) or low > high:
        raise LexiconError("a range goes from a number to a higher one", ("range",))
    count = math.floor((high - low) / step) + 1
    if count > MOST_ENTRIES:
        raise LexiconError(
            f"{count:,} numbers are more than {MOST_ENTRIES:,}",
            ("range",),
            "use a larger `step`, or a pattern",
        )
    for place in range(count):
        number = low + step * place
        plain = f"{number:.{options.decimals}f}"
        text = f"{number:,.{options.decimals}f}" if options.thousands else plain
        yield Term(text, plain, "singular" if number == 1 else "plural")


def _dates(options: LexiconOptions) -> Iterator[Term]:
    assert options.dates is not None
    first, last = options.dates
    days = (last - first).days + 1
    if not 0 < days <= MOST_ENTRIES:
        raise LexiconError(f"dates go from a day to a later one, at most {MOST_ENTRIES:,} days", ("dates",))
    for match in re.finditer(r"%(-?.?)", options.format):
        if match[1] not in _DATE_PARTS:
            hint = f"there are {', '.join('%' + part for part in _DATE_PARTS)}"
            raise LexiconError(f"{match[0]!r} is no part of a date", ("format",), hint, match.start())
    for place in range(days):
        day = first + datetime.timedelta(days=place)
        text = re.sub(r"%(-?.)", lambda match: _DATE_PARTS[match[1]](day), options.format)  # noqa: B023
        yield Term(text, day.isoformat())


_DATE_PARTS: dict[str, Callable[[datetime.date], str]] = {
    "d": lambda day: f"{day.day:02d}",
    "e": lambda day: str(day.day),
    "-d": lambda day: str(day.day),
    "m": lambda day: f"{day.month:02d}",
    "-m": lambda day: str(day.month),
    "B": lambda day: _MONTHS[day.month - 1],
    "b": lambda day: _MONTHS[day.month - 1][:3],
    "Y": lambda day: f"{day.year:04d}",
    "y": lambda day: f"{day.year % 100:02d}",
    "A": lambda day: _DAYS[day.weekday()],
    "a": lambda day: _DAYS[day.weekday()][:3],
    "%": lambda day: "%",
}


def _codes(name: str, options: LexiconOptions) -> Iterator[Term]:
    """Yield so many codes of a pattern, all different, with their check digits."""
    pattern, wanted = options.pattern or "", options.count or 1_000
    blanks = re.findall(r"[#@]", pattern)
    # A check digit takes the place of what would be there, so codes may coincide.
    possible = math.prod(10 if blank == "#" else 26 for blank in blanks)
    if possible < 20 * wanted:
        raise LexiconError(
            f"the pattern gives at most {possible:,} codes; {wanted:,} different ones need more blanks",
            ("count",) if options.count else ("pattern",),
        )
    seen: set[str] = set()
    number = 0
    while len(seen) < wanted and number < 50 * wanted:
        code = _checked(_filled(pattern, f"{name} {number}"), options.check)
        number += 1
        if code not in seen:
            seen.add(code)
            yield Term(code, code)


def _filled(pattern: str, key: str) -> str:
    bits = int.from_bytes(blake2b(key.encode(), digest_size=64).digest(), "little")
    result = []
    for character in pattern:
        if character in "#@":
            size = 10 if character == "#" else 26
            bits, digit = divmod(bits, size)
            character = str(digit) if size == 10 else chr(65 + digit)
        result.append(character)
    return "".join(result)


def _checked(code: str, check: str | None) -> str:
    """Return a code with the digits that its check asks for.

    Luhn: ISO/IEC 7812-1. IBAN: ISO 13616, modulo 97 over the letters as numbers from 10.
    """
    if check is None:
        return code
    places = [place for place, character in enumerate(code) if character.isalnum()]
    if check == "luhn":
        digits = [int(code[place]) for place in places if code[place].isdigit()]
        if len(digits) < 2 or not code[places[-1]].isdigit():
            raise LexiconError("a number with a check digit ends with a digit", ("pattern",))
        doubled = [digit if i % 2 else sum(divmod(2 * digit, 10)) for i, digit in enumerate(digits[-2::-1])]
        return f"{code[: places[-1]]}{-sum(doubled) % 10}{code[places[-1] + 1 :]}"
    if len(places) < 8 or not code[:2].isalpha():
        raise LexiconError("an IBAN is a country of two letters, two digits and an account", ("pattern",))
    plain = "".join(code[place] for place in places)
    number = int("".join(str(int(character, 36)) for character in f"{plain[4:]}{plain[:2]}00"))
    digits_text = f"{98 - number % 97:02d}"
    made = list(code)
    made[places[2]], made[places[3]] = digits_text[0], digits_text[1]
    return "".join(made)
