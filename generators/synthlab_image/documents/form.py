"""Forms that somebody has filled in, by typewriter or by hand."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

from synthlab import Draws

from ..scene import Colour
from .figures import signature
from .languages import Language, filled
from .records import Given
from .sheet import Draft, Sheet
from .typefaces import FAMILIES, Family, length

__all__ = ["FIELDS", "FOLDING", "KEYS", "NAMES", "compose", "record", "truth"]

BLANKS = (
    "surname", "given_name", "birth_date", "birth_place", "nationality", "street", "city", "form_phone",
    "email", "occupation",
)  # fmt: skip
NAMES = tuple(name for name in BLANKS if name != "birth_date")
KEYS = ("form_number", *BLANKS, "married", "date", "signature")
FIELDS = ("title", *(name for name in KEYS if name != "signature"), "note")
FOLDING = "letter"
WIDTH, HEIGHT, MARGIN = 60.0, 84.8, 5.0

_PENS: tuple[Colour, ...] = ((28, 40, 120), (20, 30, 90), (30, 30, 34), (46, 58, 140))


def record(draws: Draws, language: Language, given: Given) -> dict[str, Any]:
    """Return what a filled-in form says."""
    given_name, surname = draws.choice(language.given), draws.choice(language.family)
    short = f"{given_name[0]}.{surname}".lower().translate(_PLAIN)
    made = {
        "surname": surname,
        "given_name": given_name,
        "birth_place": language.town(draws),
        "nationality": draws.choice(language.nations),
        "street": language.street(draws),
        "city": language.city(draws),
        "form_phone": filled(draws, language.phone),
        "email": f"{short}{draws.integer(1, 99)}@example.{draws.choice(('com', 'org', 'net'))}",
        "occupation": draws.choice(language.jobs),
    }
    day = given.day(draws)
    born = datetime.date(day.year - draws.integer(18, 80), draws.integer(1, 13), draws.integer(1, 29))
    return {
        **{name: given.text(draws, name, partial(made.__getitem__, name)) for name in NAMES},
        "birth_date": born,
        "married": draws.chance(0.5),
        "date": day,
        "form_number": filled(draws, draws.choice(("?-###", "## ## ##", "??-!##/##"))),
    }


def truth(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the record as JSON holds it."""
    dates = {name: facts[name].isoformat() for name in ("birth_date", "date")}
    return {**{name: facts[name] for name in NAMES}, "married": facts["married"], **dates}


def compose(facts: dict[str, Any], draws: Draws, language: Language, family: Family) -> Sheet:
    """Return the form as it lies on the desk."""
    level = 252 - draws.integer(0, 14)
    draft = Draft(WIDTH, (level, level, level - draws.integer(0, 10)))
    typed = draws.chance(0.4)
    hand = FAMILIES["mono"].regular if typed else family.italic
    ink: Colour = (34, 34, 38) if typed else draws.choice(_PENS)
    form = draws.choice(language.date_forms)
    draft.write(
        language.term(draws, "form"), MARGIN, 7.0, family.bold, draws.uniform(1.7, 2.4),
        draft.field("title", "heading"), most=34,
    )  # fmt: skip
    key = language.term(draws, "form_number")
    x = WIDTH - MARGIN - 12
    draft.entry("form_number", key, facts["form_number"], family.regular, (x, 7.0), (x + 6.5, 7.0), size=0.9)
    draft.write(language.term(draws, "note"), MARGIN, 9.5, family.italic, 0.9, draft.field("note", "other"))
    draft.y = 11.0
    style = draws.choice(("boxes", "lines", "shaded"))
    rows = [("surname", "given_name"), ("birth_date", "birth_place", "nationality"), ("street",), ("city",)]
    rows += [("form_phone", "email"), ("occupation",)]
    for row in rows:
        wide = (WIDTH - 2 * MARGIN - 1.2 * (len(row) - 1)) / len(row)
        for i, name in enumerate(row):
            text = language.date(facts[name], form) if name == "birth_date" else facts[name]
            value = facts[name].isoformat() if name == "birth_date" else ""
            left = MARGIN + i * (wide + 1.2)
            _blank(draft, style, left, left + wide)
            shift = draws.uniform(0.6, 1.4), draws.uniform(-0.15, 0.2)
            size = draws.uniform(1.15, 1.45)
            draft.entry(
                name, f"{language.term(draws, name)}{'*' if draws.chance(0.3) else ''}", text, hand,
                (left + 0.4, draft.y + 1.3), (left + shift[0], draft.y + 3.4 + shift[1]), value, size,
                key_face=family.regular, key_size=0.8, ink=ink, most=wide - 1.6,
            )  # fmt: skip
        draft.y += 5.2
    _choice(draft, draws, facts["married"], language, family, ink)
    _signed(draft, draws, facts, language.date(facts["date"], form), language, family, hand, ink)
    return draft.sheet(HEIGHT if draws.chance(0.5) else draft.y + 4)


def _blank(draft: Draft, style: str, left: float, right: float) -> None:
    """Where something is to be written, with room for its name above."""
    top, bottom = draft.y + 0.2, draft.y + 4.2
    match style:
        case "boxes":
            draft.frame(left, top, right, bottom, 0.07)
        case "shaded":
            draft.box(left, top + 1.4, right, bottom, (228, 233, 240))
        case _:
            draft.box(left, bottom - 0.07, right, bottom)


def _choice(
    draft: Draft, draws: Draws, married: bool, language: Language, family: Family, ink: Colour
) -> None:
    """A question with two boxes, one of them ticked."""
    y = draft.y + 2.6
    key = draft.field("married", "key")
    draft.write(f"{language.term(draws, 'married')}:", MARGIN, y, family.regular, 1.0, key)
    x = MARGIN + 12
    for name, chosen in (("yes", married), ("no", not married)):
        draft.frame(x, y - 0.95, x + 1.1, y + 0.15, 0.08)
        if chosen:
            for a, b in (((-0.1, -1.1), (1.2, 0.25)), ((1.2, -1.1), (-0.1, 0.25))):
                (x0, y0), (x1, y1) = (x + a[0], y + a[1]), (x + b[0], y + b[1])
                draft.fill([(x0, y0), (x0 + 0.18, y0), (x1 + 0.18, y1), (x1, y1)], ink)
        word = language.term(draws, name)
        number = draft.field("married", "value", str(married).lower(), key) if chosen else -1
        x += 1.7 + draft.write(word, x + 1.6, y, family.regular, 1.0, number) + 2.0
    draft.y += 6


def _signed(
    draft: Draft, draws: Draws, facts: dict[str, Any], day: str, language: Language, family: Family,
    hand: str, ink: Colour,
) -> None:  # fmt: skip
    """Place for a date and a signature at the end."""
    y = draft.y + 5
    draft.box(MARGIN, y, MARGIN + 18, y + 0.07)
    draft.box(WIDTH / 2, y, WIDTH - MARGIN, y + 0.07)
    key = language.term(draws, "date")
    draft.entry(
        "date", key, day, hand, (MARGIN, y + 1.1), (MARGIN + 1, y - 0.4), facts["date"].isoformat(), 1.2,
        key_face=family.regular, key_size=0.75, ink=ink,
    )  # fmt: skip
    name = draft.field("signature", "key")
    draft.write(language.term(draws, "signature"), WIDTH / 2, y + 1.1, family.regular, 0.75, name)
    wide = min(18.0, 4 + length(facts["surname"], family.regular) * 1.2)
    signature(draft, draws, WIDTH / 2 + 1.5, y - 0.2, wide, ink)
    draft.y = y + 2


_PLAIN = str.maketrans("áäâéèíïñóöőúüßłøåçýž", "aaaeeiinooouusloacyz")
