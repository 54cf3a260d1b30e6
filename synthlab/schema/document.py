"""Read a schema file: plain data, and where each key and value of it stands.

The text is turned into events by libyaml and the data is built from them here, without recursion, so that
hostile input can be refused at the first event that goes too far.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, NoReturn

import yaml

from .problems import Path, Problem, schema_error, shown
from .scalars import FORBIDDEN, Scalar, offset_as_written, plain_scalar

__all__ = ["Document", "Place", "from_bytes", "from_mapping"]

MOST_BYTES = 2**20
MOST_DEPTH = 64
MOST_NODES = 20_000  # a thousand columns with all that they can have; more would take long to refuse

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# libyaml refuses them, the loader in Python lets an escape through.
_SURROGATE = re.compile("[\ud800-\udfff]")

_HINTS = {
    "cannot start any token": "quote text that begins with this character; indent by spaces, not tabs",
    "mapping values are not allowed": "text with ': ' in it must be quoted",
    "could not find expected ':'": "a key is followed by ': '",
    "did not find expected key": "check the indentation and the quotes",
    "did not find expected ',' or": "close the bracket, and put a comma between items",
    "unexpected end of stream": "close the quote",
    "did not find expected '-' indicator": "check the indentation: items of a list begin in one column",
}


class Place(NamedTuple):
    """Where a key or a value stands, as offsets into the text; `style` is the quote of a scalar."""

    start: int
    end: int
    style: str | None = None
    block: bool = False


@dataclass(frozen=True)
class Document:
    """The data of a schema file, with the places of its keys and values."""

    source: str
    data: dict[str, Any]
    text: str = ""
    keys: Mapping[Path, Place] = field(default_factory=dict)
    values: Mapping[Path, Place] = field(default_factory=dict)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, without their ends."""
        return self.text.replace("\r\n", "\n").split("\n")

    def problem(
        self,
        path: Path,
        message: str,
        hint: str = "",
        *,
        at_key: bool = False,
        offset: int | None = None,
        length: int = 1,
    ) -> Problem:
        """Return a problem with its place: a key, a value, or `offset` characters into a text.

        What is not in the file is shown at the key that it should be under.
        """
        found = path
        while found not in self.values and found:
            found = found[:-1]
        if found not in self.values:  # data that came without a text
            return Problem(path, f"{dotted(path)}: {message}" if path else message, hint)
        value = self.values[found]
        if found != path or at_key:
            place = self.keys.get(found, value)
            if place is value and value.block:
                place = Place(value.start, value.start + 1)
        elif offset is not None and value.style is not None:
            raw, style, content = self.text[value.start : value.end], value.style, self._value(path)
            start = value.start + offset_as_written(raw, style, content, offset)
            place = Place(start, start + length)
        elif value.block:
            place = Place(value.start, value.start + 1)
        else:
            place = value
        return self._placed(Problem(path, message, hint), place)

    def at(self, start: int, end: int, message: str, hint: str = "", path: Path = ()) -> Problem:
        """Return a problem at a stretch of the text."""
        return self._placed(Problem(path, message, hint), Place(start, end))

    def _value(self, path: Path) -> str:
        value: Any = self.data
        for part in path:
            value = value[part]
        return str(value)

    def _placed(self, problem: Problem, place: Place) -> Problem:
        line = self.text.count("\n", 0, place.start)
        column = place.start - self.text.rfind("\n", 0, place.start) - 1
        length = min(place.end - place.start, len(self.lines[line]) - column)
        return Problem(problem.path, problem.message, problem.hint, line + 1, column + 1, max(1, length))


def from_bytes(source: str, content: bytes) -> Document:
    """Read a schema file; raises SchemaError, with line and column, for what it must not hold."""
    text = _decoded(source, content)
    document = Document(source, {}, text)
    forbidden = FORBIDDEN.search(text)
    if forbidden:
        name = f"U+{ord(forbidden[0]):04X}"
        message = f"the control character {name} is not allowed"
        hint = (
            "in double quotes it can be written as an escape" if ord(forbidden[0]) else "is this a text file?"
        )
        _refuse(document, forbidden.start(), forbidden.end(), message, hint)
    try:
        return _built(document)
    except yaml.MarkedYAMLError as error:
        start = min(_mark(error, text), len(text))
        message = str(error.problem or error.context)
        hint = next((hint for words, hint in _HINTS.items() if words in message), "")
        _refuse(document, start, start + 1, f"not valid YAML: {message}", hint)
    except yaml.YAMLError as error:
        _refuse(document, 0, 1, f"not valid YAML: {shown(str(error))}")


def from_mapping(data: Mapping[Any, Any], source: str = "schema") -> Document:
    """Return data from Python as a document without a text; raises SchemaError for what YAML cannot say."""
    problems: list[Problem] = []
    document = Document(source, _plain(data, (), problems))
    if problems:
        raise schema_error(source, problems)
    return document


def dotted(path: Path) -> str:
    """Return a path as text: `options.columns[2].mean`."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")


def _refuse(document: Document, start: int, end: int, message: str, hint: str = "") -> NoReturn:
    raise schema_error(document.source, [document.at(start, end, message, hint)], document.lines)


def _decoded(source: str, content: bytes) -> str:
    if len(content) > MOST_BYTES:
        message = f"a schema file has at most {MOST_BYTES:,} bytes"
        raise schema_error(source, [Problem((), message, line=1, column=1)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"byte 0x{content[error.start]:02X} is not UTF-8"
        problem = Problem((), message, "save the file as UTF-8", line, column)
        raise schema_error(source, [problem]) from error


# What was begun and never ended: libyaml notices far behind it.
_UNENDED = ("while scanning a quoted scalar", "while scanning a simple key")
_NEXT_KEY = re.compile(r"\s*(?:[\w-]+\s*:(?:\s|$)|- |\Z)")


def _mark(error: yaml.MarkedYAMLError, text: str) -> int:
    """Return where the mistake is, as an offset into the text."""
    found, begun = error.problem_mark, error.context_mark
    if found is None or begun is None:
        mark = found or begun
        return int(mark.index) if mark else 0
    unended = error.context in _UNENDED or (
        str(error.context).startswith("while parsing a flow")
        and begun.line < found.line
        and _NEXT_KEY.match(text, found.index - found.column)
    )
    return int(begun.index if unended else found.index)


def _built(document: Document) -> Document:
    """Return the document with the data that its events describe."""
    keys: dict[Path, Place] = {}
    values: dict[Path, Place] = {}
    # The containers that are open, from the root, and the key that waits for its value.
    open_: list[tuple[Path, dict[str, Any] | list[Any]]] = []
    waiting: str | None = None
    path: Path = ()  # of what is being read; of a key until its value is read
    root: Any = None

    for number, (event, start, end) in enumerate(_events(document)):
        if number > MOST_NODES:
            _refuse(document, start, start + 1, f"a schema file has at most {MOST_NODES:,} keys and values")
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            path, _ = open_.pop()
            values[path] = values[path]._replace(end=end)
            continue
        container = open_[-1][1] if open_ else None
        if isinstance(container, dict) and waiting is None:
            waiting = _key(document, event, container)
            path = (*open_[-1][0], waiting)
            keys[path] = Place(start, end)
            continue
        if isinstance(event, yaml.ScalarEvent):
            value: Any = _scalar(document, event)
            place = Place(start, end, event.style or "")
        else:
            value = {} if isinstance(event, yaml.MappingStartEvent) else []
            place = Place(start, end, None, not event.flow_style)
        if isinstance(container, dict):
            assert waiting is not None
            container[waiting] = value
            waiting = None
        elif isinstance(container, list):
            path = (*open_[-1][0], len(container))
            container.append(value)
        else:
            path, root = (), value
        values[path] = place
        if isinstance(value, (dict, list)):
            open_.append((path, value))
            if len(open_) > MOST_DEPTH:
                _refuse(document, start, start + 1, f"nested deeper than {MOST_DEPTH} levels")

    if not isinstance(root, dict):
        place = values.get((), Place(0, 1))
        found = "the file is empty" if root is None else f"not {shown(root)}"
        message = f"a schema file is a mapping of keys to values; {found}"
        _refuse(document, place.start, place.end, message, "begin with 'synthlab: 1'")
    return Document(document.source, root, document.text, keys, values)


def _events(document: Document) -> Iterator[tuple[Any, int, int]]:
    """Yield the events of keys and values with their places, and refuse what a schema file has no use for."""
    documents = 0
    event: Any
    for event in yaml.parse(document.text, _LOADER):
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                _refuse(document, start, end, "a schema file holds one document", "remove the '---'")
            if event.version or event.tags:
                _refuse(document, start, end, "directives are not used in schema files", "remove the line")
        elif isinstance(event, yaml.AliasEvent):
            _refuse(document, start, end, "aliases are not used in schema files", "write the value again")
        elif isinstance(event, yaml.NodeEvent):
            node: Any = event
            if node.anchor:
                _refuse(document, start, start + 1, "anchors are not used in schema files", "remove the '&'")
            if node.tag:
                _refuse(document, start, start + 1, "tags are not used in schema files", "remove the '!'")
            yield event, start, end
        elif isinstance(event, yaml.CollectionEndEvent):
            yield event, start, end


def _key(document: Document, event: Any, container: dict[str, Any]) -> str:
    """Return a key; always text, as it is written: `1` and `true` are keys like any other."""
    start, end = event.start_mark.index, event.end_mark.index
    if not isinstance(event, yaml.ScalarEvent):
        _refuse(document, start, start + 1, "a key must be text, not a list or a mapping")
    key = str(event.value)
    if key in container:
        _refuse(document, start, end, f"the key {shown(key)} is here twice", "keep one of them")
    if not event.style and key in ("", "<<"):
        what = "merge keys are not used in schema files" if key else "a value without a key"
        _refuse(document, start, end, what)
    return key


def _scalar(document: Document, event: Any) -> Scalar:
    if event.style:
        if _SURROGATE.search(event.value):
            start, end = event.start_mark.index, event.end_mark.index
            _refuse(document, start, end, "half a character, a surrogate, is no text")
        return str(event.value)
    try:
        return plain_scalar(event.value)
    except ValueError as error:
        message = f"{error}, not {event.value[:30]}"
        _refuse(document, event.start_mark.index, event.end_mark.index, message, "quote it if it is text")


def _plain(value: Any, path: Path, problems: list[Problem]) -> Any:
    """Return Python data as a schema file would give it: mappings with text keys, lists and scalars."""
    if len(path) > MOST_DEPTH:
        problems.append(Problem(path, f"{dotted(path[:3])}: nested deeper than {MOST_DEPTH} levels"))
    elif isinstance(value, Mapping):
        return {str(key): _plain(item, (*path, str(key)), problems) for key, item in value.items()}
    elif isinstance(value, datetime.date):  # moments too; other YAML readers make them
        return value.isoformat()
    elif isinstance(value, (list, tuple)):
        return [_plain(item, (*path, index), problems) for index, item in enumerate(value)]
    elif isinstance(value, float) and not math.isfinite(value):
        problems.append(Problem(path, f"{dotted(path)}: a number must be finite, not {value}"))
    elif isinstance(value, str) and _SURROGATE.search(value):
        problems.append(Problem(path, f"{dotted(path)}: half a character, a surrogate, is no text"))
    elif not (value is None or isinstance(value, (str, int, float))):
        kind = type(value).__name__
        problems.append(Problem(path, f"{dotted(path)}: {shown(value)} is of type {kind}", "use plain data"))
    return value
