"""Receipts of shops, on a strip of thermal paper."""

from __future__ import annotations

import datetime
from typing import Any

from synthlab import Draws

from ..scene import Colour
from .figures import RuleStyle, barcode, logo, qr, rule
from .languages import Language, filled
from .records import Given, Sale, decimal, sale, told
from .sheet import Draft, Sheet, wrapped
from .typefaces import Family

__all__ = ["FIELDS", "FOLDING", "KEYS", "NAMES", "compose", "record", "truth"]

NAMES = ("shop", "street", "city", "phone", "tax_number", "number", "cashier", "thanks")
KEYS = (
    "phone", "tax_number", "date", "time", "number", "cashier", "till", "discount", "subtotal", "tax", "net",
    "total", "paid", "change", "items",
)  # fmt: skip
FIELDS = (
    "shop", "street", "city", "title", *KEYS, "tax_rate", "item_name", "item_quantity", "item_unit_price",
    "item_price", "card", "barcode", "thanks",
)  # fmt: skip
FOLDING = "across"

_INKS: tuple[Colour, ...] = ((34, 32, 36), (52, 48, 58), (58, 56, 84), (24, 24, 26), (70, 66, 70))


def record(draws: Draws, language: Language, given: Given) -> dict[str, Any]:
    """Return what a receipt says; `sale` is a `Sale`, `date` a date, amounts are in cents."""
    goods = given.goods or language.groceries
    count = min(len(goods), 1 + draws.integer(0, 4) * draws.integer(1, 5) + draws.integer(0, 3))
    sold = sale(draws, language, goods, count, 4, language.tax_included, discounts=0.15)
    by_card = draws.chance(0.55)
    paid = sold.total if by_card else _notes(draws, sold.total)
    return {
        "shop": given.text(draws, "shop", lambda: language.shop(draws)),
        "street": given.text(draws, "street", lambda: language.street(draws)),
        "city": given.text(draws, "city", lambda: language.city(draws)),
        "phone": given.text(draws, "phone", lambda: filled(draws, language.phone)),
        "tax_number": given.text(draws, "tax_number", lambda: filled(draws, language.tax_number)),
        "date": given.day(draws),
        "time": datetime.time(draws.integer(7, 22), draws.integer(0, 60), draws.integer(0, 60)),
        "number": given.text(
            draws, "number", lambda: filled(draws, draws.choice(("####", "######", "##-#####")))
        ),
        "cashier": given.text(draws, "cashier", lambda: draws.choice(language.given)),
        "till": str(draws.integer(1, 13)),
        "sale": sold,
        "payment": "card" if by_card else "cash",
        "paid": paid,
        "change": paid - sold.total,
        "card": f"**** **** **** {filled(draws, '####')}" if by_card else "",
        "barcode": filled(draws, "!###########"),
        "thanks": given.text(draws, "thanks", lambda: draws.choice(language.thanks)),
    }


def _notes(draws: Draws, total: int) -> int:
    """Return what is handed over in cash: exactly, or the next round amount."""
    step = draws.choice((1, 100, 500, 1000, 2000))
    return -(-total // step) * step


def truth(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the record as JSON holds it, of what is printed on every receipt."""
    plain = {name: facts[name] for name in ("shop", "street", "city", "number", "payment")}
    date, time = facts["date"].isoformat(), facts["time"].strftime("%H:%M")
    paid = {"paid": decimal(facts["paid"])}
    if facts["payment"] == "cash":
        paid["change"] = decimal(facts["change"])
    return {**plain, "date": date, "time": time, **told(facts["sale"]), **paid}


def compose(facts: dict[str, Any], draws: Draws, language: Language, family: Family) -> Sheet:
    """Return the receipt as it is printed."""
    width = draws.uniform(19, 27)
    paper = 246 + draws.integer(-8, 8)
    draft = Draft(width, (paper, paper, paper - draws.integer(0, 8)), draws.choice(_INKS))
    strip = _Strip(draft, draws, language, family, facts)
    strip.head()
    strip.about()
    strip.items()
    strip.sums()
    strip.payment()
    strip.foot()
    height = draft.y + draws.uniform(0.8, 2.5)
    return draft.sheet(height, _torn(draws, width, height) if draws.chance(0.5) else ())


class _Strip:
    """A receipt in the making: the draft with the habits of one shop's printer."""

    def __init__(
        self, draft: Draft, draws: Draws, language: Language, family: Family, facts: dict[str, Any]
    ) -> None:
        self.draft, self.draws, self.language, self.facts = draft, draws, language, facts
        self.face, self.bold = family.regular, family.bold
        self.left = draws.uniform(0.9, 1.7)
        self.right = draft.width - self.left
        self.middle = draft.width / 2
        self.leading = draws.uniform(1.15, 1.45)
        styles: tuple[RuleStyle, ...] = ("dashes", "dashes", "solid", "double", "dots", "none")
        self.rule_style = draws.choice(styles)
        self.capitals = draws.chance(0.35)
        self.signs = draws.chance(0.25)
        self.colon = draws.choice((":", ":", ""))
        draft.y = draws.uniform(1.2, 2.5)

    def spoken(self, text: str) -> str:
        """Return text as this printer writes words."""
        return text.upper() if self.capitals else text

    def down(self, lines: float = 1.0) -> float:
        """Go down by so many lines, and return where the baseline is then."""
        self.draft.y += lines * self.leading
        return self.draft.y

    def line(self) -> None:
        """Part what is above from what is below."""
        self.draft.y += self.leading * 0.45
        rule(self.draft, self.left, self.right, self.rule_style)
        self.draft.y += self.leading * 0.15

    def centred(
        self, label: str, text: str, size: float = 1.0, bold: bool = False, role: Any = "value"
    ) -> None:
        """Text in the middle, in as many lines as it needs."""
        draft = self.draft
        number = draft.field(label, role)
        face = self.bold if bold else self.face
        for piece in wrapped(text, face, size, self.right - self.left):
            draft.write(
                piece, self.middle, self.down(size), face, size, number, "centre", most=self.right - self.left
            )

    def pair(
        self, label: str, key: str, text: str, value: str = "", size: float = 1.0, bold: bool = False
    ) -> None:
        """A key on the left and its value on the right of one line."""
        draft, face = self.draft, self.bold if bold else self.face
        y = self.down(size)
        name = draft.field(label, "key")
        room = self.right - self.left
        wide = draft.write(
            f"{self.spoken(key)}{self.colon}", self.left, y, face, size, name, most=room * 0.55
        )
        number = draft.field(label, "value", value, name)
        draft.write(text, self.right, y, face, size, number, "right", most=room - wide - 0.5)

    def amount(self, cents: int) -> str:
        """Return money as this printer writes it."""
        return self.language.amount(cents, self.signs)

    def head(self) -> None:
        """Whose receipt it is."""
        draft, draws, facts = self.draft, self.draws, self.facts
        if draws.chance(0.35):
            size = draws.uniform(2.2, 3.6)
            logo(draft, draws, self.middle, draft.y + size / 2 - 0.6, size, draft.ink)
            draft.y += size
        size = draws.uniform(1.3, 2.1)
        self.centred("shop", self.spoken(facts["shop"]), size, draws.chance(0.8), "heading")
        draft.y += 0.2
        self.centred("street", self.spoken(facts["street"]))
        self.centred("city", self.spoken(facts["city"]))
        for label in ("phone", "tax_number"):
            if draws.chance(0.6):
                term = self.language.term(draws, label)
                self._together(label, f"{term}{self.colon}", facts[label])
        if draws.chance(0.35):
            draft.y += 0.4
            title = self.language.term(draws, "receipt")
            self.centred("title", title, draws.uniform(1.0, 1.3), True, "heading")
        self.line()

    def _together(self, label: str, key: str, text: str) -> None:
        """A key and its value side by side in the middle."""
        from .typefaces import length

        draft, y = self.draft, self.down()
        gap = 0.5
        wide = length(key, self.face) + gap + length(text, self.face)
        size = min(1.0, (self.right - self.left) / wide)
        start = self.middle - wide * size / 2
        name = draft.field(label, "key")
        start += draft.write(key, start, y, self.face, size, name) + gap * size
        draft.write(text, start, y, self.face, size, draft.field(label, "value", link=name))

    def about(self) -> None:
        """When and by whom it was made out."""
        draws, facts, language = self.draws, self.facts, self.language
        date = language.date(facts["date"], draws.choice(language.date_forms))
        time = facts["time"].strftime(draws.choice(language.clock_forms))
        if draws.chance(0.35):
            # Date and time on one line, without keys.
            y, draft = self.down(), self.draft
            number = draft.field("date", "value", facts["date"].isoformat())
            draft.write(date, self.left, y, self.face, 1.0, number)
            number = draft.field("time", "value", facts["time"].strftime("%H:%M"))
            draft.write(time, self.right, y, self.face, 1.0, number, "right")
        else:
            self.pair("date", language.term(draws, "date"), date, facts["date"].isoformat())
            self.pair("time", language.term(draws, "time"), time, facts["time"].strftime("%H:%M"))
        self.pair("number", language.term(draws, "number"), facts["number"])
        for label in ("cashier", "till"):
            if draws.chance(0.5):
                self.pair(label, language.term(draws, label), facts[label])
        self.line()

    def items(self) -> None:
        """What was bought: a line for each, and one for the price of a piece where there are several."""
        draft, draws, language = self.draft, self.draws, self.language
        sold: Sale = self.facts["sale"]
        marks = "AB" if draws.chance(0.7) else ""
        each = language.term(draws, "each")
        first = draws.chance(0.4)
        """Whether the number of pieces stands before the name."""
        room = self.right - self.left
        for i, item in enumerate(sold.items):
            y = self.down()
            price, x = self.amount(item.price), self.left
            if first:
                number = draft.field("item_quantity", "value", str(item.quantity), item=i)
                draft.write(str(item.quantity), x, y, self.face, 1.0, number)
                x += 1.6
            right = self.right - (1.2 if marks else 0.0)
            name = draft.field("item_name", "value", item.name, item=i)
            most = room - (x - self.left) - (self.right - right) - len(price) * 0.62 - 0.8
            draft.write(self.spoken(item.name), x, y, self.face, 1.0, name, most=most)
            draft.write(
                price,
                right,
                y,
                self.face,
                1.0,
                draft.field("item_price", "value", decimal(item.price), item=i),
                "right",
            )
            if marks:
                draft.write(marks[item.rate], self.right, y, self.face, 1.0, align="right")
            if item.quantity > 1:
                y, x = self.down(), x + 1.0
                if not first:
                    number = draft.field("item_quantity", "value", str(item.quantity), item=i)
                    x += draft.write(str(item.quantity), x, y, self.face, 1.0, number) + 0.5
                x += draft.write(each, x, y, self.face) + 0.5
                unit = draft.field("item_unit_price", "value", decimal(item.unit_price), item=i)
                draft.write(self.amount(item.unit_price), x, y, self.face, 1.0, unit)
        self.line()

    def sums(self) -> None:
        """What it comes to."""
        draws, language = self.draws, self.language
        sold: Sale = self.facts["sale"]
        if sold.discount:
            self.pair(
                "discount",
                language.term(draws, "discount"),
                self.amount(-sold.discount),
                decimal(-sold.discount),
            )
        if sold.discount or not language.tax_included:
            self.pair(
                "subtotal",
                language.term(draws, "subtotal"),
                self.amount(sold.subtotal),
                decimal(sold.subtotal),
            )
        if not language.tax_included:
            term = language.term(draws, "tax")
            for tax in sold.taxes:
                self.pair(
                    "tax", f"{term} {language.percent(tax.rate)}", self.amount(tax.tax), decimal(tax.tax)
                )
        self.draft.y += 0.25
        size = draws.uniform(1.1, 1.6)
        text = language.amount(sold.total, sign=self.signs or draws.chance(0.6))
        self.pair("total", language.term(draws, "total"), text, decimal(sold.total), size, True)
        self.draft.y += 0.25

    def payment(self) -> None:
        """How it was paid, and the taxes that are in the prices."""
        draws, language, facts = self.draws, self.language, self.facts
        term = language.term(draws, facts["payment"])
        self.pair("paid", term, self.amount(facts["paid"]), decimal(facts["paid"]))
        if facts["payment"] == "cash":
            change = self.amount(facts["change"])
            self.pair("change", language.term(draws, "change"), change, decimal(facts["change"]))
        elif draws.chance(0.7):
            self.centred("card", facts["card"])
        if language.tax_included:
            self.line()
            self._tax_table()

    def _tax_table(self) -> None:
        """The taxes that are in the prices, as European receipts list them."""
        draft, draws, language, face = self.draft, self.draws, self.language, self.face
        sold: Sale = self.facts["sale"]
        stops = (self.left + (self.right - self.left) * 0.62, self.right)
        y = self.down()
        name = draft.field("tax", "key")
        draft.write(language.term(draws, "tax"), self.left, y, face, 0.9, name)
        net = draft.field("net", "key")
        draft.write(language.term(draws, "net"), stops[0], y, face, 0.9, net, "right")
        draft.write(language.term(draws, "tax"), stops[1], y, face, 0.9, name, "right")
        for tax in sold.taxes:
            y = self.down()
            rate = draft.field("tax_rate", "value", f"{tax.rate // 10}.{tax.rate % 10}", name)
            draft.write(f"{'AB'[tax.which]} {language.percent(tax.rate)}", self.left, y, face, 0.9, rate)
            number = draft.field("net", "value", decimal(tax.net), net)
            draft.write(language.amount(tax.net), stops[0], y, face, 0.9, number, "right")
            number = draft.field("tax", "value", decimal(tax.tax), name)
            draft.write(language.amount(tax.tax), stops[1], y, face, 0.9, number, "right")

    def foot(self) -> None:
        """Codes and thanks."""
        draft, draws, facts, language = self.draft, self.draws, self.facts, self.language
        if draws.chance(0.3):
            count = str(sum(item.quantity for item in facts["sale"].items))
            self.pair("items", language.term(draws, "items"), count)
        draft.y += draws.uniform(0.3, 1.0)
        code = draws.uniform()
        if code < 0.5:
            draft.y += 0.6
            wide, high = draws.uniform(0.6, 0.85) * (self.right - self.left), draws.uniform(1.8, 3.2)
            number = barcode(draft, facts["barcode"], self.middle, wide, high)
            draft.y += high
            draft.y += 0.1
            self.centred("barcode", number, 0.85)
        elif code < 0.7:
            draft.y += 0.4
            side = draws.uniform(5, 8)
            qr(
                draft,
                f"{facts['number']};{facts['date'].isoformat()};{decimal(facts['sale'].total)}",
                self.middle,
                side,
            )
            draft.y += side
        draft.y += 0.4
        self.centred("thanks", facts["thanks"], role="other")


def _torn(draws: Draws, width: float, height: float) -> list[tuple[float, float]]:
    """Return an edge with the small teeth of a cutter at the bottom."""
    step, deep = draws.uniform(0.35, 0.6), draws.uniform(0.12, 0.3)
    count = int(width / step)
    teeth = [(width - width * i / (2 * count), height - (deep if i % 2 else 0)) for i in range(2 * count + 1)]
    return [(0.0, 0.0), (width, 0.0), *teeth]
