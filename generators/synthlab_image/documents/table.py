"""Tables of numbers with a heading and a row of sums."""

from __future__ import annotations

from typing import Any

from synthlab import Draws

from ..colours import from_hue
from ..scene import Colour
from .languages import Language
from .records import Given
from .sheet import Draft, Sheet
from .typefaces import Family, length

__all__ = ["FIELDS", "FOLDING", "KEYS", "NAMES", "compose", "record", "truth"]

NAMES = ("title",)
KEYS = ("cell", "sum")
FIELDS = ("title", "corner", "row_head", "cell", "sum", "note")
FOLDING = "letter"


def record(draws: Draws, language: Language, given: Given) -> dict[str, Any]:
    """Return a table whose last row has the sums of its columns; numbers are whole cents."""
    rows, columns = draws.integer(3, 16), draws.integer(2, 6)
    things = [good.name for good in given.goods or language.groceries]
    by_month = draws.chance(0.5)
    first = draws.integer(0, 12)
    months = [language.months[(first + i) % 12] for i in range(columns)]
    years = [str(2018 + first % 4 + i) for i in range(columns)]
    money = draws.chance(0.5)
    scale = 10 ** draws.integer(3, 6)
    cells = [[draws.integer(1, scale) * (1 if money else 100) for _ in range(columns)] for _ in range(rows)]
    title = f"{language.term(draws, 'report')} {draws.choice(years)}"
    return {
        "title": given.text(draws, "title", lambda: title),
        "corner": language.term(draws, "item_name"),
        "columns": months if by_month else years,
        "rows": draws.shuffled(things)[:rows],
        "cells": cells[: len(things)],
        "decimals": 2 if money else 0,
        "sum": language.term(draws, "sum"),
    }


def _sums(facts: dict[str, Any]) -> list[int]:
    return [sum(column) for column in zip(*facts["cells"], strict=True)]


def _plain(cents: int, decimals: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}" if decimals else str(cents // 100)


def truth(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the record as JSON holds it."""
    decimals = facts["decimals"]
    return {
        "title": facts["title"],
        "columns": facts["columns"],
        "rows": [
            {"name": name, "values": [_plain(c, decimals) for c in cells]}
            for name, cells in zip(facts["rows"], facts["cells"], strict=True)
        ],
        "sums": [_plain(c, decimals) for c in _sums(facts)],
    }


def compose(facts: dict[str, Any], draws: Draws, language: Language, family: Family) -> Sheet:
    """Return the table as it is printed."""
    decimals = facts["decimals"]
    printed = [
        [language.amount(c) if decimals else language.amount(c)[:-3] for c in row]
        for row in (*facts["cells"], _sums(facts))
    ]
    widths = [
        max(length(t, family.bold) for t in (head, *(row[i] for row in printed))) + 2.2
        for i, head in enumerate(facts["columns"])
    ]
    first = max(length(t, family.bold) for t in (*facts["rows"], facts["corner"], facts["sum"])) + 2.0
    margin = draws.uniform(1.5, 4.0)
    width = first + sum(widths) + 2 * margin
    draft = Draft(width, (252, 252, 250))
    accent = from_hue(draws.uniform(), draws.uniform(0.2, 0.8), draws.uniform(0.3, 0.6))
    left, right = margin, width - margin
    draft.y = margin + 1.5
    size = draws.uniform(1.3, 1.8)
    draft.write(
        facts["title"], left, draft.y, family.bold, size, draft.field("title", "heading"), most=right - left
    )
    draft.y += 1.2
    step, grid, band, zebra = draws.uniform(1.5, 2.2), draws.chance(0.4), draws.chance(0.5), draws.chance(0.4)
    top = draft.y
    if band:
        draft.box(left, top, right, top + step, accent)
    ink: Colour | None = (255, 255, 255) if band else None
    rights = [left + first + sum(widths[: i + 1]) - 0.6 for i in range(len(widths))]
    y = top + step * 0.68
    draft.write(facts["corner"], left + 0.5, y, family.bold, 1.0, draft.field("corner", "heading"), ink=ink)
    heads = []
    for name, x in zip(facts["columns"], rights, strict=True):
        heads.append(draft.field("cell", "key"))
        draft.write(name, x, y, family.bold, 1.0, heads[-1], "right", ink)
    for i, (name, row) in enumerate(zip((*facts["rows"], facts["sum"]), printed, strict=True)):
        last = i == len(printed) - 1
        top += step
        if zebra and i % 2 and not last:
            draft.box(left, top, right, top + step, (238, 240, 243))
        y, face = top + step * 0.68, family.bold if last else family.regular
        if last:
            draft.box(left, top, right, top + 0.1)
        head = draft.field("sum" if last else "row_head", "key" if last else "heading", item=i)
        draft.write(name, left + 0.5, y, face, 1.0, head)
        whole = _sums(facts) if last else facts["cells"][i]
        for j, (text, x) in enumerate(zip(row, rights, strict=True)):
            link = head if last else heads[j]
            number = draft.field("sum" if last else "cell", "value", _plain(whole[j], decimals), link, i)
            draft.write(text, x, y, face, 1.0, number, "right")
    bottom = top + step
    if grid:
        for i in range(len(printed) + 2):
            draft.box(left, bottom - i * step, right, bottom - i * step + 0.06, (120, 120, 124))
        for x in (left, *(r + 0.6 - w for r, w in zip(rights, widths, strict=True)), right):
            draft.box(x - 0.03, bottom - step * (len(printed) + 1), x + 0.03, bottom, (120, 120, 124))
    return draft.sheet(bottom + margin)
