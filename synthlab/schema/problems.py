"""What is wrong with a schema file, and how a person is shown it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import SchemaError

__all__ = ["Path", "Problem", "label", "schema_error", "shown"]

Path = tuple[str | int, ...]
"""Leads to a key or a value: `("options", "columns", 2, "mean")`."""

MOST_TOLD = 500
"""Of one part of a schema, more are not looked for: a hostile file could have thousands."""
MOST_SHOWN = 20
WIDEST = 80


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what was found, and in `hint` what would do.

    `line` and `column` count from 1, in characters; they are None for what no file says, such as an
    argument of a call. `length` is how many characters are meant.
    """

    path: Path
    message: str
    hint: str = ""
    line: int | None = None
    column: int | None = None
    length: int = 1


def schema_error(source: str, problems: Iterable[Problem], lines: Sequence[str] = ()) -> SchemaError:
    """Return the error that shows all problems in the order of their lines, each with its line."""
    ordered = sorted(problems, key=lambda p: (p.line or 0, p.column or 0))
    blocks = [_rendered(source, problem, lines) for problem in ordered[:MOST_SHOWN]]
    if len(ordered) > MOST_SHOWN:
        least = "at least " if len(ordered) >= MOST_TOLD else ""
        blocks.append(f"and {least}{len(ordered) - MOST_SHOWN} more")
    return SchemaError("\n".join(blocks), ordered)


def label(path: Path) -> str:
    """Return how a message names a value: its key, with the positions in lists behind it."""
    names = [i for i, part in enumerate(path) if isinstance(part, str)]
    if not names:
        return "the file" if not path else f"item {path[-1]}"
    key, *positions = path[names[-1] :]
    return f"{key}{''.join(f'[{position}]' for position in positions)}"


def shown(value: object) -> str:
    """Return a value as a message quotes it: short, in one line, as YAML would say it."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, str):
        return repr(value) if len(value) <= WIDEST else f"{value[: WIDEST - 3]!r}..."
    text = repr(value)
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 3]}..."


def _rendered(source: str, problem: Problem, lines: Sequence[str]) -> str:
    source, message = _printable(source), _printable(problem.message)
    hint = f" {_printable(problem.hint)}" if problem.hint else ""
    if problem.line is None or problem.column is None:
        return f"{source}: {message}{',' if hint else ''}{hint}"
    heading = f"{source}:{problem.line}:{problem.column}: {message}"
    if problem.line > len(lines):
        return f"{heading}{',' if hint else ''}{hint}"
    text, start, length = _window(lines[problem.line - 1], problem.column - 1, problem.length)
    indent = " " * _width(text[:start])
    marks = "^" * max(1, _width(text[start : start + length]))
    number = f"{problem.line:>5}"
    return f"{heading}\n{number} | {text}\n{' ' * len(number)} | {indent}{marks}{hint}"


def _window(line: str, start: int, length: int) -> tuple[str, int, int]:
    """Return the part of a line that is shown, and the place of the marks in it."""
    line = _printable(line)
    if len(line) <= WIDEST:
        return line, start, length
    first = max(0, min(start - WIDEST // 4, len(line) - WIDEST + 6))
    before, after = "..." if first else "", "..." if first + WIDEST - 6 < len(line) else ""
    text = line[first : first + WIDEST - 6]
    start -= first
    return f"{before}{text}{after}", start + len(before), min(length, len(text) - start)


def _printable(text: str) -> str:
    """Return a text of the same length, with signs for what a terminal might obey or show as nothing."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else " " if c in "\t\n" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def _width(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )
