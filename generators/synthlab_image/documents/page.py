"""Pages of running text, in one or two columns."""

from __future__ import annotations

from typing import Any

from synthlab import Draws

from .languages import Language
from .records import Given
from .sheet import Draft, Sheet, wrapped
from .typefaces import Family

__all__ = ["FIELDS", "FOLDING", "KEYS", "NAMES", "compose", "record", "truth"]

NAMES = ("title", "author")
KEYS: tuple[str, ...] = ()
FIELDS = ("title", "author", "heading", "paragraph", "page_number")
FOLDING = "letter"
WIDTH, HEIGHT, MARGIN = 60.0, 84.8, 6.0


def record(draws: Draws, language: Language, given: Given) -> dict[str, Any]:
    """Return a text: sections with headings and paragraphs, more than a page may hold."""

    def paragraph() -> str:
        count = draws.integer(2, 7)
        return " ".join(language.sentence(draws, given.day(draws)) for _ in range(count))

    headings = draws.shuffled(language.headings)
    return {
        "title": given.text(draws, "title", lambda: headings[0]),
        "author": given.text(draws, "author", lambda: language.person(draws)),
        "sections": [
            {"heading": heading, "paragraphs": [paragraph() for _ in range(draws.integer(1, 4))]}
            for heading in headings[1 : 2 + draws.integer(2, 6)]
        ],
        "page": draws.integer(1, 400),
    }


def truth(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the record as JSON holds it; the page may end before the text does."""
    return {name: facts[name] for name in ("title", "author", "page")}


def compose(facts: dict[str, Any], draws: Draws, language: Language, family: Family) -> Sheet:
    """Return the page as it is printed."""
    level = 252 - draws.integer(0, 16)
    draft = Draft(WIDTH, (level, level - 1, level - draws.integer(2, 14)))
    draft.write(
        facts["title"], MARGIN, MARGIN + 3, family.bold, draws.uniform(1.8, 2.8),
        draft.field("title", "heading"), most=WIDTH - 2 * MARGIN,
    )  # fmt: skip
    draft.write(facts["author"], MARGIN, MARGIN + 5.2, family.italic, 1.0, draft.field("author", "other"))
    columns, gap = draws.choice((1, 1, 2)), 2.4
    wide = (WIDTH - 2 * MARGIN - gap * (columns - 1)) / columns
    size, leading = draws.uniform(0.95, 1.25), draws.uniform(1.25, 1.6)
    indent = draws.choice((0.0, 1.5))
    top, bottom = MARGIN + 8.5, HEIGHT - MARGIN - 2
    column, y = 0, top
    blocks = [
        (label, text)
        for section in facts["sections"]
        for label, text in (
            ("heading", section["heading"]),
            *(("paragraph", p) for p in section["paragraphs"]),
        )
    ]
    for label, text in blocks:
        head = label == "heading"
        face, high = (family.bold, size * 1.2) if head else (family.regular, size)
        lines = wrapped(text, face, high, wide - indent)
        y += size * 0.9 if head else 0.0
        number = -1
        for i, line in enumerate(lines):
            if y + high * leading > bottom:
                column, y = column + 1, top
            if column == columns:
                break
            y += high * leading
            if number < 0:
                number = draft.field(label, "heading" if head else "other")
            shift = indent if i == 0 and not head else 0.0
            draft.write(line, MARGIN + column * (wide + gap) + shift, y, face, high, number)
        if column == columns:
            break
        y += size * 0.4
    page = draft.field("page_number", "other")
    draft.write(str(facts["page"]), WIDTH / 2, HEIGHT - MARGIN + 1, family.regular, 0.9, page, "centre")
    return draft.sheet(HEIGHT)
