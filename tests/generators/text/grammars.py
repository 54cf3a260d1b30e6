"""What the tests of grammars share."""

from __future__ import annotations

from typing import Any

from synthlab import OptionProblem, Rows
from synthlab_text import TextGenerator

__all__ = ["generator", "made", "problems", "said", "texts"]


def generator(rules: Any, **more: Any) -> TextGenerator:
    """Return a generator of a grammar; a list or a string is what the rule `start` says."""
    given = rules if isinstance(rules, dict) else {"start": rules}
    result = TextGenerator.model_validate({"grammar": {"rules": given, **more}})
    assert not list(result.problems()), list(result.problems())
    return result


def problems(rules: Any, **more: Any) -> list[OptionProblem]:
    """Return what is wrong with a grammar."""
    given = rules if isinstance(rules, dict) else {"start": rules}
    return list(TextGenerator.model_validate({"grammar": {"rules": given, **more}}).problems())


def made(source: TextGenerator, count: int = 200, seed: int = 1, start: int = 0) -> list[dict[str, Any]]:
    """Return rows with the names of classes in place of their numbers."""
    batch = source.generate(Rows(seed, start, start + count))
    rows: list[dict[str, Any]] = source.features.readable(batch).to_pylist()
    return rows


def texts(rules: Any, count: int = 200, **more: Any) -> list[str]:
    """Return the texts of a grammar."""
    return [row["text"] for row in made(generator(rules, **more), count)]


def said(row: dict[str, Any], column: str = "text", entities: str = "entities") -> list[tuple[str, str, str]]:
    """Return the label, the words and the value of each span of a row."""
    return [
        (e["label"], row[column][e["span"]["start"] : e["span"]["end"]], e["value"]) for e in row[entities]
    ]
