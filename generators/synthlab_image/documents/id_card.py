"""Identity cards, member cards and passes of places that do not exist, with machine-readable lines."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from synthlab import Draws

from ..colours import blended, from_hue
from ..geometry import circle
from ..scene import Colour
from .figures import signature
from .languages import Language, filled
from .records import Given
from .sheet import Draft, Sheet
from .typefaces import FAMILIES, Family

__all__ = ["FIELDS", "FOLDING", "KEYS", "NAMES", "compose", "machine_lines", "record", "truth"]

NAMES = ("country", "surname", "given_name", "nationality", "birth_place", "card_number")
KEYS = (
    "surname", "given_name", "height", "nationality", "birth_date", "birth_place", "card_number", "expiry",
    "signature",
)  # fmt: skip
FIELDS = ("country", "title", *(name for name in KEYS if name != "signature"), "machine_line")
FOLDING = "none"
WIDTH, HEIGHT = 34.0, 21.45
"""The proportions of ISO/IEC 7810 ID-1."""

_COUNTRIES = ("Republic of Arvenia", "Kingdom of Solmark", "Utopia", "Federation of Lumara", "Isla Verania")
_SKINS: tuple[Colour, ...] = ((236, 200, 176), (214, 170, 136), (176, 126, 92), (128, 86, 60), (92, 60, 44))
_HAIRS: tuple[Colour, ...] = ((32, 26, 24), (70, 46, 30), (120, 82, 48), (176, 140, 90), (150, 148, 146))
_PLAIN = str.maketrans("ÁÄÂÉÈÍÏÑÓÖÚÜÅ", "AAAEEIINOOUUA")


def record(draws: Draws, language: Language, given: Given) -> dict[str, Any]:
    """Return what a card says; its country is `UTO`, which ISO 3166 gives to nobody."""
    issued = given.day(draws)
    born = datetime.date(issued.year - draws.integer(17, 85), draws.integer(1, 13), draws.integer(1, 29))
    return {
        "country": given.text(draws, "country", lambda: draws.choice(_COUNTRIES)),
        "surname": given.text(draws, "surname", lambda: draws.choice(language.family)),
        "given_name": given.text(draws, "given_name", lambda: draws.choice(language.given)),
        "height": draws.integer(148, 203),
        "nationality": given.text(draws, "nationality", lambda: "UTO"),
        "birth_place": given.text(
            draws, "birth_place", lambda: draws.choice(language.cities).partition(",")[0]
        ),
        "card_number": given.text(draws, "card_number", lambda: filled(draws, "??#######")),
        "birth_date": born,
        "for_machines": draws.chance(0.6),
        "expiry": issued.replace(year=issued.year + draws.choice((5, 10)), day=min(28, issued.day)),
    }


def truth(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the record as JSON holds it."""
    dates = {name: facts[name].isoformat() for name in ("birth_date", "expiry")}
    plain = {name: facts[name] for name in NAMES}
    if facts["for_machines"]:
        del plain["birth_place"]  # it gives way to the lines
        return {**plain, **dates, "machine_lines": machine_lines(facts)}
    return {**plain, **dates}


def machine_lines(facts: dict[str, Any]) -> list[str]:
    """Return the three lines of 30 characters for machines, with their check digits: ICAO 9303-5."""
    number = _letters(facts["card_number"])[:9].ljust(9, "<")
    born, until = (facts[name].strftime("%y%m%d") for name in ("birth_date", "expiry"))
    first = f"IDUTO{number}{_check(number)}".ljust(30, "<")
    second = f"{born}{_check(born)}<{until}{_check(until)}UTO".ljust(29, "<")
    whole = first[5:30] + second[0:7] + second[8:15] + second[18:29]
    names = f"{_letters(facts['surname'])}<<{_letters(facts['given_name'])}"
    return [first, second + _check(whole), names[:30].ljust(30, "<")]


def _letters(text: str) -> str:
    plain = text.upper().translate(_PLAIN)
    return "".join(c if c.isascii() and c.isalnum() else "<" for c in plain)


def _check(text: str) -> str:
    """Return the check digit: weights 7, 3, 1; letters count from A = 10, fillers are 0."""
    values = (0 if c == "<" else int(c, 36) for c in text)
    return str(sum(value * (7, 3, 1)[i % 3] for i, value in enumerate(values)) % 10)


def compose(facts: dict[str, Any], draws: Draws, language: Language, family: Family) -> Sheet:
    """Return the card as it is printed."""
    hue = draws.uniform()
    pale, strong = from_hue(hue, draws.uniform(0.05, 0.2), 0.95), from_hue(hue, 0.7, draws.uniform(0.3, 0.5))
    draft = Draft(WIDTH, pale, (26, 26, 34))
    _pattern(draft, draws, pale, strong)
    machine, band = facts["for_machines"], draws.chance(0.5)
    ink: Colour = (255, 255, 255) if band else strong
    if band:
        draft.box(0, 0, WIDTH, 3.1, strong)
    draft.write(
        facts["country"], 1.4, 2.1, family.bold, 1.25, draft.field("country", "heading"), ink=ink, most=16
    )
    title = draft.field("title", "heading")
    draft.write(
        language.term(draws, "identity_card"), WIDTH - 1.4, 2.1, family.regular, 1.0, title, "right", ink, 14
    )
    left = draws.chance(0.7)
    x = 1.4 if left else WIDTH - 1.4 - 8.0
    high = 10.0 if machine else 12.0
    _portrait(draft, draws, x, 4.0, 8.0, high)
    start = 10.8 if left else 1.6
    form = language.date_forms[0]
    rows = [
        [("surname", facts["surname"], "")],
        [("given_name", facts["given_name"], "")],
        [
            ("height", f"{facts['height']} cm", str(facts["height"])),
            ("nationality", facts["nationality"], ""),
            ("birth_date", None, ""),
        ],
        [("birth_place", facts["birth_place"], "")] if not machine else [],
        [("card_number", facts["card_number"], ""), ("expiry", None, "")],
    ]
    y, step = 4.7, 2.35 if machine else 2.55
    for row in rows:
        for i, (label, text, value) in enumerate(row):
            at = start + (0, 4.7, 11.4)[i] if len(row) == 3 else start + 9.0 * i
            if text is None:
                text, value = language.date(facts[label], form), facts[label].isoformat()
            most = {1: 20.0, 2: 8.5, 3: (4.2, 6.3, 9.2)[i]}[len(row)]
            draft.entry(
                label, language.term(draws, label), text, family.bold, (at, y), (at, y + 1.15), value, 1.0,
                key_face=family.regular, key_size=0.58, most=most,
            )  # fmt: skip
        y += step if row else 0
    if machine:
        draft.box(0, HEIGHT - 4.6, WIDTH, HEIGHT, (244, 244, 240))
        for i, line in enumerate(machine_lines(facts)):
            number = draft.field("machine_line", "other")
            draft.write(line, 1.4, HEIGHT - 3.4 + 1.3 * i, FAMILIES["mono"].regular, 1.0, number, most=31.2)
    else:
        name = draft.field("signature", "key")
        draft.write(language.term(draws, "signature"), start, HEIGHT - 0.9, family.regular, 0.58, name)
        signature(draft, draws, start + 1.0, HEIGHT - 2.2, draws.uniform(7, 11), (24, 28, 70))
    return draft.sheet(HEIGHT, rounded_outline())


def rounded_outline() -> list[tuple[float, float]]:
    """Return the edge of a card, whose corners are round."""
    from ..assets.canvas import rounded

    return [(float(x), float(y)) for x, y in rounded(0, 0, WIDTH, HEIGHT, 1.25)]


def _pattern(draft: Draft, draws: Draws, pale: Colour, strong: Colour) -> None:
    """Fine lines that are hard to copy: a wave, again and again."""
    tone = blended(pale, strong, draws.uniform(0.07, 0.16))
    x = np.linspace(-1, WIDTH + 1, 60)
    wave, tall = draws.uniform(0.2, 0.6), draws.uniform(0.4, 1.2)
    # A parabola from zero to zero and back, which is a sine for all that can be seen.
    phase = (x * wave / 2 + draws.uniform()) % 1.0
    swing = np.where(phase < 0.5, 16 * phase * (0.5 - phase), -16 * (phase - 0.5) * (1.0 - phase)) * tall
    for offset in np.arange(-2, HEIGHT + 2, draws.uniform(0.8, 1.4)):
        top = np.stack([x, swing + offset], axis=-1)
        draft.fill([tuple(p) for p in np.concatenate([top, top[::-1] + np.array((0, 0.09))])], tone)


def _portrait(draft: Draft, draws: Draws, x: float, y: float, wide: float, high: float) -> None:
    """A drawn head and shoulders before a plain ground."""
    turn = circle(40)
    ground = 200 + draws.integer(0, 40)
    draft.box(x, y, x + wide, y + high, (ground - 6, ground, ground + 4))
    skin, hair = draws.choice(_SKINS), draws.choice(_HAIRS)
    coat = from_hue(draws.uniform(), draws.uniform(0.1, 0.7), draws.uniform(0.2, 0.7))
    middle, chin = x + wide / 2, y + high * 0.66
    size = wide * draws.uniform(0.2, 0.24)

    def oval(cx: float, cy: float, a: float, b: float, colour: Colour) -> None:
        inside = turn * (a, b) + (cx, cy)
        inside[:, 0] = np.clip(inside[:, 0], x, x + wide)
        inside[:, 1] = np.clip(inside[:, 1], y, y + high)
        draft.fill([tuple(p) for p in inside], colour)

    long = draws.chance(0.5)
    head = chin - size * 1.3
    if long:
        oval(middle, head + size * 0.5, size * 1.3, size * 2.0, hair)
    oval(middle, y + high, wide * 0.46, high * 0.26, coat)
    draft.box(
        middle - size * 0.4,
        head + size,
        middle + size * 0.4,
        y + high * 0.8,
        blended(skin, (60, 30, 20), 0.12),
    )
    oval(middle, head - size * 0.35, size * 1.1, size * 1.2, hair)
    oval(middle, head, size * 0.95, size * 1.3, skin)
    oval(middle, head - size * 1.1, size * draws.uniform(0.7, 0.95), size * 0.42, hair)
    for side in (-1, 1):
        oval(middle + side * size * 0.38, head - size * 0.12, size * 0.16, size * 0.08, (250, 250, 250))
        oval(middle + side * size * 0.38, head - size * 0.12, size * 0.08, size * 0.08, (40, 32, 30))
    oval(middle, head + size * 0.28, size * 0.1, size * 0.2, blended(skin, (60, 30, 20), 0.15))
    oval(middle, head + size * 0.72, size * 0.3, size * 0.07, blended(skin, (150, 40, 40), 0.5))
