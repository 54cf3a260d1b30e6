"""What the classes of a file mean: positive, negative or neutral, and where they say it, how many stars."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synthlab.errors import InputError

__all__ = ["Classes", "read_classes"]

POSITIVE, NEGATIVE, NEUTRAL = "positive", "negative", "neutral"
_KNOWN = {
    POSITIVE: """positive pos + p good great happy recommended recommend thumbs_up up like liked praise yes
        true satisfied promoter positiv gut positivo positiva bueno buena""",
    NEGATIVE: """negative neg - n bad poor unhappy not_recommended thumbs_down down dislike disliked complaint
        no false dissatisfied unsatisfied detractor negativ schlecht negativo negativa malo mala""",
    NEUTRAL: "neutral neu mixed okay ok so-so average passive neutro",
}
_STRONG = {"very_positive": POSITIVE, "very_negative": NEGATIVE, "strong_positive": POSITIVE}
_STRONG |= {"strong_negative": NEGATIVE, "verypositive": POSITIVE, "verynegative": NEGATIVE}
_MEANING = {word: label for label, words in _KNOWN.items() for word in words.split()}
_NUMBERED: Mapping[frozenset[float], Mapping[float, str]] = {
    frozenset(numbers): dict(zip(numbers, labels, strict=True))
    for numbers, labels in (
        ((0.0, 1.0), (NEGATIVE, POSITIVE)),
        ((-1.0, 1.0), (NEGATIVE, POSITIVE)),
        ((-1.0, 0.0, 1.0), (NEGATIVE, NEUTRAL, POSITIVE)),
        ((0.0, 4.0), (NEGATIVE, POSITIVE)),
        ((0.0, 2.0, 4.0), (NEGATIVE, NEUTRAL, POSITIVE)),
    )
}
FEWEST = 5
"""Rows of a class; one that fewer have is left out."""


@dataclass(frozen=True)
class Classes:
    """The label of each row, or None where it is left out."""

    labels: list[str | None]
    strong: list[bool | None]
    """Whether a row feels strongly, where its class says it."""
    names: dict[str, str]
    """What the file calls our labels, where it is one name each, and another than ours."""
    notes: tuple[str, ...]


def read_classes(given: Sequence[str], wish: str = "") -> Classes:
    """Return what the classes mean; `wish` says it of some, as in `mixed=neutral,meh=negative`."""
    counts = Counter(given)
    wishes = _wishes(wish, counts)
    rest = [name for name in counts if name not in wishes]
    meaning: dict[str, tuple[str, bool | None]] = {name: (label, None) for name, label in wishes.items()}
    by_stars = _by_stars(rest)
    if by_stars is not None:
        meaning |= by_stars
    else:
        for name in rest:
            key = re.sub(r"[\s_]+", "_", name.strip().lower())
            if key in _STRONG:
                meaning[name] = (_STRONG[key], True)
            elif key in _MEANING:
                meaning[name] = (_MEANING[key], None)
        if any(strong for _, strong in meaning.values()):
            meaning = {n: (label, bool(s) if label != NEUTRAL else None) for n, (label, s) in meaning.items()}
    if unknown := [name for name in counts if name not in meaning]:
        raise InputError(_unknown(unknown, len(counts)))
    notes = [_told(meaning, by_stars is not None)]
    per_label = Counter[str]()
    for name, count in counts.items():
        per_label[meaning[name][0]] += count
    few = {label for label, count in per_label.items() if count < FEWEST}
    notes += [f"{per_label[label]} {label} rows are too few, and were left out" for label in sorted(few)]
    kept = {name: found for name, found in meaning.items() if found[0] not in few}
    if len({label for label, _ in kept.values()}) < 2:
        raise InputError("two classes with at least 5 rows each are needed, to tell what is said in which")
    names: dict[str, list[str]] = {}
    for name, (label, _) in kept.items():
        names.setdefault(label, []).append(name)
    own = {label: found[0] for label, found in names.items() if found != [label]}
    # Several names of one label, as stars are, cannot be the names of three classes.
    single = all(len(found) == 1 for found in names.values())
    single &= by_stars is None or all(strong is None for _, strong in by_stars.values())
    return Classes(
        [kept[name][0] if name in kept else None for name in given],
        [kept[name][1] if name in kept else None for name in given],
        {label: own[label] for label in (POSITIVE, NEGATIVE, NEUTRAL) if label in own} if single else {},
        tuple(notes),
    )


def _wishes(wish: str, counts: Mapping[str, int]) -> dict[str, str]:
    found = {}
    for part in filter(None, (part.strip() for part in wish.split(","))):
        name, mark, label = part.rpartition("=")
        if not mark or label not in _KNOWN:
            raise InputError(f"classes={wish}: write it as mixed=neutral,meh=negative")
        if name not in counts:
            raise InputError(f"classes={wish}: no row has the class {name!r}")
        found[name] = label
    return found


def _number(name: str) -> float | None:
    """Return the number that a class is, or its stars: `4`, `4.5`, `4 stars`, `4/5`, `★★★★`."""
    text = name.strip().lower()
    if text and set(text) <= {"★", "☆", "⭐"}:
        return float(len(text) - text.count("☆"))
    found = re.fullmatch(r"([+-]?\d{1,3}(?:[.,]\d+)?)\s*(?:/\s*(?:5|10)|stars?|sterne?|estrellas?)?", text)
    return float(found[1].replace(",", ".")) if found else None


def _by_stars(names: Sequence[str]) -> dict[str, tuple[str, bool | None]] | None:
    """Return the meaning of numbers; None when they are none, or could be anything."""
    read = {name: _number(name) for name in names}
    values = {number for number in read.values() if number is not None}
    if not names or None in read.values():
        return None
    numbers = {name: number for name, number in read.items() if number is not None}
    if (labels := _NUMBERED.get(frozenset(values))) is not None:
        return {name: (labels[number], None) for name, number in numbers.items()}
    if min(values) >= 0.5 and 3.5 <= max(values) <= 5:
        return {name: _of_five(number) for name, number in numbers.items()}
    if min(values) >= 1 and 6 < max(values) <= 10:
        return {name: _of_five((number + 1) / 2) for name, number in numbers.items()}
    return None


def _of_five(stars: float) -> tuple[str, bool | None]:
    if 2.5 < stars < 3.5:
        return NEUTRAL, None
    return (POSITIVE, stars >= 4.5) if stars > 3 else (NEGATIVE, stars <= 1.5)


def _told(meaning: Mapping[str, tuple[str, bool | None]], by_stars: bool) -> str:
    said = []
    for label in (POSITIVE, NEGATIVE, NEUTRAL):
        names = sorted(name for name, (found, _) in meaning.items() if found == label)
        if names and names != [label]:
            some = ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
            said.append(f"{some} {'are' if len(names) > 1 else 'is'} {label}")
    return f"labels: {'; '.join(said)}" if said else "labels: as they are called"


def _unknown(names: Sequence[str], count: int) -> str:
    if count > 50:
        return (
            f"the column of labels has {count:,} different values; it must hold classes (positive, negative, "
            "neutral) or stars"
        )
    some = ", ".join(repr(name[:40]) for name in sorted(names)[:8])
    return (
        f"cannot tell whether these classes are positive, negative or neutral: {some}; say it by "
        f"--option 'classes={sorted(names)[0][:40]}=neutral,...', or leave those rows out"
    )
