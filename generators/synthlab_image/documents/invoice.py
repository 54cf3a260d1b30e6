"""Invoices of firms, on a page of A4 or letter size."""

from __future__ import annotations

import datetime
from typing import Any

from synthlab import Draws

from ..colours import from_hue
from ..scene import Colour
from .figures import logo, rule
from .languages import Language, filled
from .records import Given, Sale, decimal, iban, sale, told
from .sheet import Align, Draft, Sheet, wrapped
from .typefaces import Family, length

__all__ = ["FIELDS", "FOLDING", "KEYS", "NAMES", "compose", "record", "truth"]

NAMES = (
    "firm", "street", "city", "phone", "tax_number", "customer", "customer_street", "customer_city",
    "invoice_number", "customer_number",
)  # fmt: skip
COLUMNS = ("position", "item_name", "item_quantity", "item_unit_price", "item_price")
KEYS = (
    "invoice_number", "invoice_date", "due_date", "customer_number", "customer", *COLUMNS, "subtotal", "tax",
    "total", "phone", "tax_number", "account",
)  # fmt: skip
FIELDS = ("firm", "street", "city", "title", *KEYS, "customer_street", "customer_city", "note")
CONTACT = ("phone", "tax_number", "account")
FOLDING = "letter"
WIDTH, HEIGHT, MARGIN = 60.0, 84.8, 5.5
"""An A4 page whose body text is 10 points high."""
LEFT: Align = "left"
RIGHT: Align = "right"


def record(draws: Draws, language: Language, given: Given) -> dict[str, Any]:
    """Return what an invoice says; `sale` is a `Sale` of prices without tax."""
    goods = given.goods or language.services
    sold = sale(draws, language, goods, min(len(goods), draws.integer(1, 13)), 8, included=False)
    day = given.day(draws)
    forms = "######", f"{day.year}-####", "??-####"
    return {
        "firm": given.text(draws, "firm", lambda: language.firm(draws)),
        "street": given.text(draws, "street", lambda: language.street(draws)),
        "city": given.text(draws, "city", lambda: language.city(draws)),
        "phone": given.text(draws, "phone", lambda: filled(draws, language.phone)),
        "tax_number": given.text(draws, "tax_number", lambda: filled(draws, language.tax_number)),
        "customer": given.text(draws, "customer", lambda: language.person(draws)),
        "customer_street": given.text(draws, "customer_street", lambda: language.street(draws)),
        "customer_city": given.text(draws, "customer_city", lambda: language.city(draws)),
        "invoice_number": given.text(draws, "invoice_number", lambda: filled(draws, draws.choice(forms))),
        "customer_number": given.text(draws, "customer_number", lambda: filled(draws, "!####")),
        "date": day,
        "due": day + datetime.timedelta(days=draws.choice((10, 14, 30))),
        "account": _account(draws, language),
        "sale": sold,
    }


def _account(draws: Draws, language: Language) -> str:
    return filled(draws, language.account) if language.account else iban(draws, language.code.upper())


def truth(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the record as JSON holds it."""
    dates = {"date": facts["date"].isoformat(), "due_date": facts["due"].isoformat()}
    return {**{name: facts[name] for name in NAMES}, **dates, **told(facts["sale"])}


def compose(facts: dict[str, Any], draws: Draws, language: Language, family: Family) -> Sheet:
    """Return the invoice as it is printed."""
    level = 255 - draws.integer(0, 10)
    draft = Draft(WIDTH, (level, level, level - draws.integer(0, 6)))
    accent = from_hue(draws.uniform(), draws.uniform(0.4, 0.9), draws.uniform(0.3, 0.65))
    _head(draft, draws, facts, family, accent)
    _addressed(draft, draws, facts, language, family)
    # Some firms print the table on all of the page, and the sums at its foot.
    down_to = HEIGHT - draws.uniform(21, 27) if draws.chance(0.4) else 0.0
    _list(draft, draws, facts["sale"], language, family, accent, down_to)
    _sums(draft, draws, facts["sale"], language, family)
    _foot(draft, draws, facts, language, family)
    return draft.sheet(max(HEIGHT, draft.y + 2))


def _head(draft: Draft, draws: Draws, facts: dict[str, Any], family: Family, accent: Colour) -> None:
    """The firm's name and address, with a mark, on one of the sides."""
    right = draws.chance(0.5)
    x, side = WIDTH - MARGIN if right else MARGIN, RIGHT if right else LEFT
    size = draws.uniform(1.7, 2.6)
    if draws.chance(0.3):
        draft.box(0, 0, WIDTH, draws.uniform(0.8, 1.8), accent)
    if draws.chance(0.7):
        logo(draft, draws, WIDTH - x + (3 if right else -3), 6.0, draws.uniform(4, 6), accent)
    most = WIDTH - 2 * MARGIN - 8
    draft.write(facts["firm"], x, 6.0, family.bold, size, draft.field("firm", "heading"), side, accent, most)
    for i, name in enumerate(("street", "city")):
        draft.write(facts[name], x, 8.0 + 1.3 * i, family.regular, 0.9, draft.field(name), side)
    draft.y = 12.0


def _addressed(draft: Draft, draws: Draws, facts: dict[str, Any], language: Language, family: Family) -> None:
    """Who gets the invoice, on the left; its number and dates, on the right."""
    top = draft.y + 2
    key = draft.field("customer", "key")
    draft.write(language.term(draws, "bill_to"), MARGIN, top, family.regular, 0.8, key)
    for i, name in enumerate(("customer", "customer_street", "customer_city")):
        number = draft.field(name, "value", link=key if i == 0 else -1)
        face = family.bold if i == 0 and draws.chance(0.4) else family.regular
        draft.write(facts[name], MARGIN, top + 1.5 * (i + 1), face, 1.0, number, most=WIDTH * 0.45)
    form = draws.choice(language.date_forms)
    entries = [
        ("invoice_number", facts["invoice_number"], ""),
        ("invoice_date", language.date(facts["date"], form), facts["date"].isoformat()),
        ("due_date", language.date(facts["due"], form), facts["due"].isoformat()),
        ("customer_number", facts["customer_number"], ""),
    ]
    aligned: Align = draws.choice(("left", "right"))
    value_x = WIDTH - MARGIN if aligned == "right" else 46.0
    for i, (label, text, value) in enumerate(entries):
        y = top + 1.5 * i
        term = f"{language.term(draws, label)}:"
        draft.entry(label, term, text, family.regular, (33.0, y), (value_x, y), value, align=aligned)
    draft.y = top + 9.5
    size = draws.uniform(1.5, 2.4)
    draft.write(
        language.term(draws, "invoice"), MARGIN, draft.y, family.bold, size, draft.field("title", "heading")
    )
    draft.y += 2.5


def _list(
    draft: Draft, draws: Draws, sold: Sale, language: Language, family: Family, accent: Colour, down_to: float
) -> None:
    """The table of what was sold, with lines between its columns where it goes down to a place of its own."""
    top = draft.y - 1.5
    rights = {"item_quantity": 38.5, "item_unit_price": 46.5, "item_price": WIDTH - MARGIN - 0.4}
    lefts = {"position": MARGIN + 0.4, "item_name": MARGIN + 3.4}
    band, zebra, rules = draws.chance(0.6), draws.chance(0.35), draws.chance(0.4)
    if band:
        draft.box(MARGIN, draft.y - 1.5, WIDTH - MARGIN, draft.y + 0.7, accent)
    heads: dict[str, int] = {}
    ink: Colour | None = (255, 255, 255) if band else None
    for name in COLUMNS:
        heads[name] = draft.field(name, "key")
        x, side = (rights[name], RIGHT) if name in rights else (lefts[name], LEFT)
        term = language.term(draws, name)
        draft.write(term, x, draft.y, family.bold, 0.95, heads[name], side, ink, 8.5)
    if not band:
        draft.y += 0.6
        rule(draft, MARGIN, WIDTH - MARGIN, "solid")
    draft.y += 0.7
    step = draws.uniform(1.5, 2.1 if len(sold.items) > 8 else 3.0)
    for i, item in enumerate(sold.items):
        lines = wrapped(item.name, family.regular, 1.0, 24.0)
        if zebra and i % 2:
            draft.box(
                MARGIN, draft.y + 0.2, WIDTH - MARGIN, draft.y + 0.2 + step * len(lines), (236, 238, 240)
            )
        draft.y += step
        y = draft.y - step * 0.25
        cells = {
            "position": (str(i + 1), str(i + 1)),
            "item_name": (lines[0], item.name),
            "item_quantity": (str(item.quantity), str(item.quantity)),
            "item_unit_price": (language.amount(item.unit_price), decimal(item.unit_price)),
            "item_price": (language.amount(item.price), decimal(item.price)),
        }
        numbers = {n: draft.field(n, "value", value, heads[n], i) for n, (_, value) in cells.items()}
        for name in ("position", "item_name"):
            draft.write(cells[name][0], lefts[name], y, family.regular, 1.0, numbers[name])
        for more in lines[1:]:
            draft.y += step
            draft.write(
                more, lefts["item_name"], draft.y - step * 0.25, family.regular, 1.0, numbers["item_name"]
            )
        for name, right_end in rights.items():
            draft.write(cells[name][0], right_end, y, family.regular, 1.0, numbers[name], "right")
        if rules:
            draft.y += 0.25
            draft.box(MARGIN, draft.y, WIDTH - MARGIN, draft.y + 0.05, (170, 170, 174))
    draft.y = max(draft.y + 0.8, down_to)
    rule(draft, MARGIN, WIDTH - MARGIN, "solid")
    if down_to:
        for x in (MARGIN, lefts["item_name"] - 0.5, 33.0, 39.1, 47.1, WIDTH - MARGIN):
            draft.box(x - 0.03, top, x + 0.03, draft.y)


def _sums(draft: Draft, draws: Draws, sold: Sale, language: Language, family: Family) -> None:
    """Subtotal, taxes and total, on the right."""
    x, right = 35.0, WIDTH - MARGIN - 0.4
    entries = [("subtotal", language.term(draws, "subtotal"), sold.subtotal)]
    term = language.term(draws, "tax")
    entries += [("tax", f"{term} {language.percent(t.rate)}", t.tax) for t in sold.taxes]
    for label, key, cents in entries:
        draft.y += 1.7
        text = language.amount(cents, sign=True)
        draft.entry(
            label, key, text, family.regular, (x, draft.y), (right, draft.y), decimal(cents), align="right"
        )
    draft.y += 0.8
    draft.box(x, draft.y, right + 0.4, draft.y + 0.1)
    draft.y += 1.8
    size, term = draws.uniform(1.1, 1.4), language.term(draws, "total")
    draft.entry(
        "total", term, language.amount(sold.total, sign=True), family.bold, (x, draft.y), (right, draft.y),
        decimal(sold.total), size, "right",
    )  # fmt: skip
    draft.y += 4


def _foot(draft: Draft, draws: Draws, facts: dict[str, Any], language: Language, family: Family) -> None:
    days = (facts["due"] - facts["date"]).days
    note = language.term(draws, "pay").replace("{days}", str(days))
    draft.write(note, MARGIN, draft.y, family.regular, 1.0, draft.field("note", "other"))
    if draws.chance(0.4):
        _told_below(draft, draws, facts, language, family)
        return
    draft.y = max(draft.y + 5, HEIGHT - 5)
    draft.box(MARGIN, draft.y - 1.4, WIDTH - MARGIN, draft.y - 1.35, (150, 150, 154))
    third = (WIDTH - 2 * MARGIN) / 3
    for i, label in enumerate(CONTACT):
        key, x = f"{language.term(draws, label)}:", MARGIN + i * third
        start = x + length(key, family.regular) * 0.75 + 0.4
        most = x + third - start - 0.6
        places = (x, draft.y), (start, draft.y)
        draft.entry(label, key, str(facts[label]), family.regular, *places, size=0.75, most=most)
    draft.y += 2


def _told_below(
    draft: Draft, draws: Draws, facts: dict[str, Any], language: Language, family: Family
) -> None:
    """What stands at the foot of other invoices, one below the other."""
    keys = {label: f"{language.term(draws, label)}:" for label in CONTACT}
    size = draws.uniform(0.85, 1.0)
    x = MARGIN + max(length(key, family.regular) for key in keys.values()) * size + 0.8
    draft.y += 1.0
    for label, key in keys.items():
        draft.y += 1.6
        places = (MARGIN, draft.y), (x, draft.y)
        draft.entry(label, key, str(facts[label]), family.regular, *places, size=size)
    draft.y += 2
