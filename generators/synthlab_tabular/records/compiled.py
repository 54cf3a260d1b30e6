"""From lists of names to tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain

from .chances import Weight, slots_by_sex
from .strings import fold, layout, strings
from .tables import People

__all__ = ["handles", "people_of"]

Weighted = Mapping[str, Weight]
Pair = tuple[Weighted, Weighted]
"""Names of women and of men, with their weights."""


def handles(names: Iterable[str]) -> list[str]:
    """Return names as the name of an account has them; `user` where nothing is left of one."""
    return [fold(name) or "user" for name in names]


def people_of(
    *,
    template: str,
    first: Pair,
    last: Pair,
    middle: Pair,
    titles: Pair,
    folded: Callable[[Iterable[str]], list[str]],
) -> People:
    """Return the tables of people; `folded` gives names in ASCII."""
    values = {
        "first": [*first[0], *first[1]],
        "last": [*last[0], *last[1]],
        "middle": [*middle[0], *middle[1]],
    }
    values["second"] = values["last"]
    pairs = {"first": first, "last": last, "second": last, "middle": middle, "title": titles}
    heads, tails = folded(values["first"]), folded(values["last"])
    styles = [
        [f"{head}." for head in heads],
        [f"{head}_" for head in heads],
        heads,
        [head[0] for head in heads],
    ]
    return People(
        name=layout(template, {name: (name, table) for name, table in values.items()}),
        first=strings(values["first"]),
        last=strings(values["last"]),
        title=strings([*titles[0], *titles[1]]),
        slots={
            name: slots_by_sex(list(women.values()), list(men.values()))
            for name, (women, men) in pairs.items()
        },
        handle_heads=strings(list(chain(*styles))),
        handle_tails=strings(tails),
        initials=(
            strings([name[0] for name in values["first"]]),
            strings([name[0] for name in values["last"]]),
        ),
    )
