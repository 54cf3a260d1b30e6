"""What an SVG file may hold, checked before anything draws it."""

from __future__ import annotations

import codecs
import re
from graphlib import CycleError, TopologicalSorter
from xml.parsers import expat

from synthlab.errors import InputError

__all__ = ["DEEPEST", "MOST_ELEMENTS", "svg_text"]

DEEPEST = 64
"""Elements inside each other, those that are referred to included: drawing takes stack for each."""
MOST_ELEMENTS = 20_000
"""Elements of a file, those that are referred to counted each time: drawing takes time for each."""

_OTHER_FILES = frozenset(("image", "feimage"))
_PAINTS = frozenset(("linearGradient", "radialGradient", "stop"))
"""Elements that cost next to nothing, however many refer to them."""
_URL = re.compile(r"url\(\s*['\"]?#([^'\")\s]+)")


def svg_text(data: bytes, name: str) -> str:
    """Return the text of an SVG file in any encoding that XML knows; `name` is what problems call the file.

    Raises InputError for a file that is no XML, declares entities, shows other files, or would take more
    depth or time to draw than a picture needs.
    """
    encodings: list[str] = []
    # Element 0 stands for the file. What an element needs drawn: its children, and what it refers to.
    children: list[list[int]] = [[]]
    references: list[list[str]] = [[]]
    weights = [0]
    named: dict[str, list[int]] = {}
    inside = [0]

    def start(tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local.lower() in _OTHER_FILES:
            raise InputError(f"{name} shows another picture, which is not read; make it a PNG file")
        number = len(weights)
        if number > MOST_ELEMENTS:
            raise InputError(f"{name} has more than {MOST_ELEMENTS:,} elements; make it a PNG file")
        weights.append(0 if local in _PAINTS else 1)
        children[inside[-1]].append(number)
        children.append([])
        references.append([found for value in attributes.values() for found in _URL.findall(value)])
        for key, value in attributes.items():
            if key.rpartition(":")[2] == "href" and value.strip().startswith("#"):
                references[number].append(value.strip()[1:])
        if "id" in attributes:
            named.setdefault(attributes["id"], []).append(number)
        inside.append(number)

    def entity(*_: object) -> None:
        raise InputError(f"{name} declares entities, which are not read; save it as plain SVG")

    parser = expat.ParserCreate()
    parser.XmlDeclHandler = lambda _, encoding, __: encodings.append(encoding or "utf-8")
    parser.EntityDeclHandler = entity
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: inside.pop()
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise InputError(f"{name} is no SVG file that can be drawn: {error}") from error

    needs = [
        [*below, *(element for target in targets for element in named.get(target, ()))]
        for below, targets in zip(children, references, strict=True)
    ]
    _check_drawing(needs, weights, name)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    return data.decode(encodings[0] if encodings else "utf-8").removeprefix("\ufeff")


def _check_drawing(needs: list[list[int]], weights: list[int], name: str) -> None:
    """Raise InputError where elements need themselves, too many others, or others too deep inside."""
    try:
        order = tuple(TopologicalSorter(dict(enumerate(needs))).static_order())
    except CycleError:
        raise InputError(f"{name} has an element that refers to itself, so that it has no end") from None
    depths, drawn = [0] * len(needs), list(weights)
    for element in order:
        depths[element] = 1 + max((depths[need] for need in needs[element]), default=0)
        drawn[element] += sum(drawn[need] for need in needs[element])
        if depths[element] > DEEPEST + 1:
            raise InputError(f"{name} has elements more than {DEEPEST} deep inside each other; flatten it")
        if drawn[element] > MOST_ELEMENTS:
            raise InputError(
                f"{name} refers to its elements so often that more than {MOST_ELEMENTS:,} would be drawn; "
                "make it a PNG file"
            )
