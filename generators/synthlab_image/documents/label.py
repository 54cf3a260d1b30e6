"""Labels of parcels: sender, receiver, service, weight, a bar code."""

from __future__ import annotations

from typing import Any

from synthlab import Draws

from .figures import barcode, logo, qr
from .languages import Language, filled
from .records import Given
from .sheet import Draft, Sheet
from .typefaces import Family

__all__ = ["FIELDS", "FOLDING", "KEYS", "NAMES", "compose", "record", "truth"]

PLACES = ("sender", "sender_street", "sender_city", "receiver", "receiver_street", "receiver_city")
NAMES = (*PLACES, "tracking", "service")
KEYS = ("sender", "receiver", "weight", "tracking", "date")
FIELDS = ("carrier", "service", *PLACES, "weight", "tracking", "date", "barcode", "route")
FOLDING = "none"
WIDTH = 30.0

_CARRIERS = ("Swiftline", "Parcelo", "NordPost", "BlueVan", "Hermelin", "Kurio Express")
_TRACKING = ("??######### ??", "#### #### #### ##", "?#-######-##")
_SERVICES = ("STANDARD", "EXPRESS", "ECONOMY", "NEXT DAY", "PRIORITY")


def record(draws: Draws, language: Language, given: Given) -> dict[str, Any]:
    """Return what a label says; the weight is in grams."""
    places = {
        "sender": lambda: language.firm(draws),
        "sender_street": lambda: language.street(draws),
        "sender_city": lambda: language.city(draws),
        "receiver": lambda: language.person(draws),
        "receiver_street": lambda: language.street(draws),
        "receiver_city": lambda: language.city(draws),
        "tracking": lambda: filled(
            draws, draws.choice(("??######### ??", "#### #### #### ##", "?#-######-##"))
        ),
        "service": lambda: draws.choice(_SERVICES),
    }
    return {
        **{name: given.text(draws, name, make) for name, make in places.items()},
        "carrier": draws.choice(_CARRIERS),
        "date": given.day(draws),
        "weight": draws.integer(120, 20_000),
        "barcode": filled(draws, "!###########"),
        "route": filled(draws, draws.choice(("??# ##", "# ?? ###", "?-##"))),
    }


def truth(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the record as JSON holds it."""
    plain = {name: facts[name] for name in (*NAMES, "carrier", "route")}
    return {**plain, "date": facts["date"].isoformat(), "weight_kg": _kilograms(facts["weight"], ".")}


def _kilograms(grams: int, point: str) -> str:
    return f"{grams // 1000}{point}{grams % 1000 // 10:02d}"


def compose(facts: dict[str, Any], draws: Draws, language: Language, family: Family) -> Sheet:
    """Return the label as it is printed."""
    draft = Draft(WIDTH, (250, 250, 248), (18, 18, 20))
    left, right, line = 0.8, WIDTH - 0.8, draws.uniform(0.1, 0.2)
    logo(draft, draws, 2.4, 2.4, 2.2, draft.ink)
    draft.write(facts["carrier"], 4.4, 2.9, family.bold, 1.6, draft.field("carrier", "heading"), most=12)
    size = draws.uniform(1.5, 2.2)
    draft.write(
        facts["service"], right - 0.4, 3.0, family.bold, size, draft.field("service"), "right", most=12
    )
    draft.y = 4.4
    draft.box(left, draft.y, right, draft.y + line)
    _address(draft, draws, facts, language, family, "sender", 0.85)
    draft.box(left, draft.y, right, draft.y + line)
    _address(draft, draws, facts, language, family, "receiver", draws.uniform(1.3, 1.6))
    draft.box(left, draft.y, right, draft.y + line)
    y, form = draft.y + 1.6, draws.choice(language.date_forms)
    weight, date = f"{_kilograms(facts['weight'], language.point)} kg", language.date(facts["date"], form)
    term = language.term(draws, "parcel_weight")
    value = _kilograms(facts["weight"], ".")
    draft.entry("weight", f"{term}:", weight, family.regular, (left + 0.4, y), (left + 6.4, y), value, most=8)
    draft.entry(
        "date", f"{language.term(draws, 'date')}:", date, family.regular, (16.0, y), (right - 0.4, y),
        facts["date"].isoformat(), align="right", most=9,
    )  # fmt: skip
    draft.y = y + 0.9
    draft.box(left, draft.y, right, draft.y + line)
    y = draft.y + 3.2
    draft.write(facts["route"], left + 0.4, y, family.bold, 2.6, draft.field("route"), most=20)
    draft.y += 0.8
    qr(draft, facts["tracking"], right - 3.6, 6.0)
    draft.y += 6.8
    draft.box(left, draft.y, right, draft.y + line)
    draft.y += 1.0
    number = barcode(draft, facts["barcode"], WIDTH / 2, draws.uniform(20, 25), 6.0)
    draft.y += 7.2
    draft.write(number, WIDTH / 2, draft.y, family.regular, 1.0, draft.field("barcode"), "centre")
    draft.y += 1.9
    key = f"{language.term(draws, 'tracking')}:"
    draft.entry(
        "tracking", key, facts["tracking"], family.bold, (left + 0.4, draft.y), (right - 0.4, draft.y),
        align="right", key_face=family.regular, most=14,
    )  # fmt: skip
    draft.y += 1.2
    if draws.chance(0.6):
        draft.frame(0.4, 0.4, WIDTH - 0.4, draft.y, line)
    return draft.sheet(draft.y + 0.4)


def _address(
    draft: Draft,
    draws: Draws,
    facts: dict[str, Any],
    language: Language,
    family: Family,
    who: str,
    size: float,
) -> None:
    x = 1.2
    key = draft.field(who, "key")
    draft.y += 1.3
    draft.write(f"{language.term(draws, who)}:", x, draft.y, family.regular, 0.8, key)
    for i, name in enumerate((who, f"{who}_street", f"{who}_city")):
        draft.y += 1.35 * size
        number = draft.field(name, "value", link=key if i == 0 else -1)
        face = family.bold if i != 1 and size > 1 else family.regular
        draft.write(facts[name], x + 0.6, draft.y, face, size, number, most=WIDTH - 3)
    draft.y += 0.9
