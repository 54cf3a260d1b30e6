"""Windows of programs: a title, settings with their values, buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from synthlab import Draws

from ..colours import blended, from_hue
from ..geometry import circle
from ..scene import Colour
from .languages import Language, filled
from .records import Given
from .sheet import Draft, Sheet
from .typefaces import Family, length

__all__ = ["FIELDS", "FOLDING", "KEYS", "NAMES", "compose", "record", "truth"]

NAMES = ("title",)
KEYS = ("setting",)
FIELDS = ("title", "setting", "button", "tab")
FOLDING = "none"

DARK: Colour = (24, 24, 28)
LIGHT: Colour = (250, 250, 250)

_WORDED = ("switch", "theme", "state", "language")
_VALUES: dict[str, Callable[[Draws, Language, Given], str]] = {
    "person": lambda draws, language, given: language.person(draws),
    "zone": lambda draws, language, given: f"UTC{draws.choice('+-')}{draws.integer(0, 13)}",
    "version": lambda draws, language, given: filled(draws, "!.#.##"),
    "size": lambda draws, language, given: filled(draws, f"!##{language.point}# MB"),
    "date": lambda draws, language, given: language.date(given.day(draws), language.date_forms[0]),
    "serial": lambda draws, language, given: filled(draws, "??##-####"),
    "pixels": lambda draws, language, given: draws.choice(("1920 x 1080", "1280 x 800", "2560 x 1440")),
    "percent": lambda draws, language, given: f"{draws.integer(1, 101)} %",
}


def record(draws: Draws, language: Language, given: Given) -> dict[str, Any]:
    """Return what a window shows."""
    words = language.windows
    known = [(name, of) for of in (*_VALUES, *_WORDED) for name in words.get(f"{of}_settings", ())]
    settings = []
    for name, of in draws.shuffled(known)[: draws.integer(4, 12)]:
        value = draws.choice(words[of]) if of in _WORDED else _VALUES[of](draws, language, given)
        settings.append({"name": name, "value": value})
    return {
        "title": given.text(draws, "title", lambda: draws.choice(words["titles"])),
        "settings": settings,
        "buttons": draws.shuffled(words["buttons"])[: draws.integer(1, 4)],
        "tabs": draws.shuffled(words["tabs"])[: draws.integer(2, 5)] if draws.chance(0.6) else [],
    }


def truth(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the record as JSON holds it."""
    return facts


def compose(facts: dict[str, Any], draws: Draws, language: Language, family: Family) -> Sheet:
    """Return the window as it is shown."""
    from ..assets.canvas import rounded

    dark = draws.chance(0.4)
    level = draws.integer(24, 48) if dark else draws.integer(236, 253)
    ground: Colour = (level, level, level + (4 if dark else 2))
    ink: Colour = (228, 229, 232) if dark else (30, 31, 35)
    accent = from_hue(draws.uniform(), draws.uniform(0.5, 0.9), draws.uniform(0.5, 0.75))
    width = draws.uniform(28, 46)
    draft = Draft(width, ground, ink)
    bar = blended(ground, accent, draws.choice((0.1, 0.15, 1.0)))
    draft.box(0, 0, width, 2.6, bar)
    title, letters = draft.field("title", "heading"), DARK if sum(bar) > 400 else LIGHT
    draft.write(facts["title"], 1.2, 1.75, family.bold, 1.1, title, ink=letters)
    for i in range(3):
        dots = circle(24) * (0.35, 0.35) + (width - 1.3 - 1.3 * i, 1.3)
        draft.fill([tuple(p) for p in dots], ((226, 92, 84), (232, 184, 66), (92, 186, 90))[i])
    draft.y = 2.6
    x = 1.2
    for i, tab in enumerate(facts["tabs"]):
        wide = draft.write(tab, x, 4.5, family.regular, 0.95, draft.field("tab", "other"))
        if i == 0:
            draft.box(x, 5.1, x + wide, 5.3, accent)
        x += wide + 1.8
        draft.y = 5.4
    step, faint = draws.uniform(2.0, 2.8), blended(ground, ink, 0.12)
    for setting in facts["settings"]:
        draft.y += step
        draft.box(1.2, draft.y + step * 0.3, width - 1.2, draft.y + step * 0.3 + 0.05, faint)
        draft.entry(
            "setting", setting["name"], setting["value"], family.regular, (1.2, draft.y),
            (width - 1.2, draft.y), align="right", most=width / 2 - 1.6,
        )  # fmt: skip
    draft.y += step * 0.3 + 2.0
    x = width - 1.2
    for i, button in enumerate(facts["buttons"]):
        wide = length(button, family.regular) + 2.4
        if x - wide < 1.0:
            # No room for more buttons in a narrow window: they go into a second row.
            x, draft.y = width - 1.2, draft.y + 2.8
        shape = rounded(x - wide, draft.y, x, draft.y + 2.2, 0.4)
        fill = accent if i == 0 else faint
        draft.fill([tuple(p) for p in shape], fill)
        number, letters = draft.field("button", "other"), DARK if sum(fill) > 420 else LIGHT
        draft.write(button, x - wide / 2, draft.y + 1.45, family.regular, 1.0, number, "centre", letters)
        x -= wide + 0.8
    return draft.sheet(draft.y + 3.4)
