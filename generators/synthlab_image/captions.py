"""Sentences about a scene: a caption, and questions with their answers. All follow from the labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from synthlab import Draws

from .labels import Known

__all__ = ["caption", "questions"]

_NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def caption(objects: Sequence[Known], names: Sequence[str], width: int, height: int) -> str:
    """Return a sentence that says how many of which there are, and where the largest is."""
    if not objects:
        return "An image without any of the objects."
    counts = Counter(thing.placed.thing.label for thing in objects)
    groups = [_several(n, names[label]) for label, n in sorted(counts.items(), key=lambda p: (-p[1], p[0]))]
    listed = groups[0] if len(groups) == 1 else ", ".join(groups[:-1]) + " and " + groups[-1]
    largest = max(objects, key=lambda thing: thing.placed.area)
    where = _where(largest, width, height)
    return (
        f"{listed[0].upper()}{listed[1:]}; the largest, {_a(names[largest.placed.thing.label])}, is {where}."
    )


def questions(
    objects: Sequence[Known], names: Sequence[str], width: int, height: int, draws: Draws
) -> list[dict[str, str]]:
    """Return questions with answers: how many, whether there is one, where, which is nearer."""
    counts = Counter(thing.placed.thing.label for thing in objects)
    label = draws.integer(0, len(names))
    asked = [
        (f"How many objects of the class {names[label]} are there?", str(counts[label])),
        ("How many objects are there?", str(len(objects))),
    ]
    label = draws.integer(0, len(names))
    asked.append((f"Is there {_a(names[label])} in the image?", "yes" if counts[label] else "no"))
    if objects:
        largest = max(objects, key=lambda thing: thing.placed.area)
        asked.append(("Which object is the largest?", names[largest.placed.thing.label]))
    single = [thing for thing in objects if counts[thing.placed.thing.label] == 1]
    if single:
        thing = draws.choice(single)
        name = names[thing.placed.thing.label]
        asked.append((f"Where is the {name}?", _where(thing, width, height)))
    for behind in objects:
        hiding = [
            o for o in objects if o.depth < behind.depth and _meet(o.placed.whole_box, behind.placed.box)
        ]
        if behind.placed.occluded > 0.05 and len(hiding) == 1 and behind in single and hiding[0] in single:
            one, other = (names[o.placed.thing.label] for o in (hiding[0], behind))
            asked.append((f"Which is nearer, the {one} or the {other}?", one))
            break
    return [{"question": question, "answer": answer} for question, answer in asked]


def _meet(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _where(thing: Known, width: int, height: int) -> str:
    left, top, right, bottom = thing.placed.box
    x, y = (left + right) * 3 // (2 * width), (top + bottom) * 3 // (2 * height)
    across, down = (
        ("on the left", "in the middle", "on the right")[min(x, 2)],
        ("top", "", "bottom")[min(y, 2)],
    )
    if not down:
        return across
    return f"at the {down} {across.removeprefix('on the ').removeprefix('in the ')}"


def _several(count: int, name: str) -> str:
    if count == 1:
        return _a(name)
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{number} {_plural(name)}"


def _plural(name: str) -> str:
    if name.endswith(("s", "x", "ch", "sh")):
        return f"{name}es"
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}s"


def _a(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
