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

LONGEST_SELECTOR = 200
"""Characters of a selector that is looked at closely: a longer one may match anything."""
MOST_REFERENCES = 10 * MOST_ELEMENTS
"""From elements to others, by style sheets too."""

_OTHER_FILES = frozenset(("image", "feimage"))
_PAINTS = frozenset(("linearGradient", "radialGradient", "stop"))
"""Elements that cost next to nothing, however many refer to them."""
_URL = re.compile(r"url\(\s*['\"]?#([^'\")\s]+)")
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_CONDITION = re.compile(r"\[[^\]]*\]|::?[\w-]+(\([^)]*\))?")
_BETWEEN = re.compile(r"[\s>+~]+")
_PARTS = re.compile(r"[#.]?[\w-]+")


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
    keys: list[tuple[str, ...]] = [()]
    open_tags: list[str] = []
    styles: list[str] = []

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
        classes = (f".{name}" for name in attributes.get("class", "").split())
        keys.append(("*", local, *classes, f"#{attributes.get('id', '')}"))
        if local == "style":
            styles.append("")
        if "id" in attributes:
            named.setdefault(attributes["id"], []).append(number)
        inside.append(number)
        open_tags.append(local)

    def end(_: str) -> None:
        inside.pop()
        open_tags.pop()

    def text(data: str) -> None:
        if open_tags and open_tags[-1] == "style":
            styles[-1] += data

    def entity(*_: object) -> None:
        raise InputError(f"{name} declares entities, which are not read; save it as plain SVG")

    parser = expat.ParserCreate()
    parser.XmlDeclHandler = lambda _, encoding, __: encodings.append(encoding or "utf-8")
    parser.EntityDeclHandler = entity
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise InputError(f"{name} is no SVG file that can be drawn: {error}") from error

    by_style = _styled("\n".join(styles))
    if by_style:
        for mine, targets in zip(keys, references, strict=True):
            targets.extend(found for key in mine for found in by_style.get(key, ()))
        if sum(map(len, references)) > MOST_REFERENCES:
            raise InputError(f"{name} has styles that refer to its elements too often; make it a PNG file")
    needs = [
        [*below, *(element for target in targets for element in named.get(target, ()))]
        for below, targets in zip(children, references, strict=True)
    ]
    _check_drawing(needs, weights, name)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    return data.decode(encodings[0] if encodings else "utf-8").removeprefix("\ufeff")


def _styled(sheet: str) -> dict[str, tuple[str, ...]]:
    """Return what a style sheet makes elements refer to: by a name, `.class`, `#id`, or `*`.

    Of a selector only its last part counts, and of that its most special name: it may match more elements
    than those meant, never fewer.
    """
    found: dict[str, dict[str, None]] = {}
    for rule in _COMMENT.sub(" ", sheet).split("}"):
        before, _, body = rule.rpartition("{")
        targets = dict.fromkeys(_URL.findall(body))
        for selector in before.rpartition("{")[2].split(",") if targets else ():
            names = []
            if len(selector) <= LONGEST_SELECTOR:
                names = _PARTS.findall(_BETWEEN.split(_CONDITION.sub("", selector).strip())[-1])
            found.setdefault(max(names, key=_speciality, default="*"), {}).update(targets)
    return {key: tuple(targets) for key, targets in found.items()}


def _speciality(name: str) -> int:
    return " .#".find(name[0])


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
