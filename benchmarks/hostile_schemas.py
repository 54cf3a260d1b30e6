"""Hostile expressions and schema files: each is refused at once, with its place, and reaches nothing.

    python benchmarks/hostile_schemas.py

Every expression of `hostile/expressions.yaml` and every file of `hostile/documents.py` is loaded as a schema
while an audit hook of Python records what is opened, listed, imported, started or connected to. The folder of
the schema file alone is allowed. (The hook sees what goes through Python; libyaml and Arrow are only ever
given text and arrays that are in memory already.) The time is CPU time, the least of three. Exits with 1 when
something is accepted, has no place, reaches out, prints what a terminal would obey, or takes too long.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hostile.documents import DOCUMENTS, HARMLESS, HostileFile

from synthlab import Schema, SchemaError
from synthlab.schema import to_yaml

MOST_SECONDS = 0.1
RUNS = 3

# What Python itself does while it parses an expression or raises an error.
_HARMLESS_EVENTS = (
    "compile",
    "object.",
    "sys.",
    "builtins.",
    "gc.",
    "cpython.",
    "code.__new__",
    "marshal.loads",
)


@dataclass(frozen=True)
class Result:
    """What came of one attack; `problem` is empty when it was refused as it should be."""

    tries: str
    place: str
    seconds: float
    problem: str


@dataclass
class Watch:
    """Records what the process reaches for while it is on; an audit hook can never be removed."""

    on: bool = False
    folder: str = ""
    seen: list[str] = field(default_factory=list)

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take one event of `sys.addaudithook`."""
        if not self.on or event.startswith(_HARMLESS_EVENTS):
            return
        inside = event == "open" and str(arguments[0]).startswith(self.folder)
        if not inside:
            self.seen.append(f"{event} {str(arguments)[:80]}")

    @contextmanager
    def during(self, folder: Path) -> Iterator[list[str]]:
        """Record what happens inside the block."""
        self.seen, self.folder, self.on = [], f"{folder}{os.sep}", True
        try:
            yield self.seen
        finally:
            self.on = False


WATCH = Watch()


def expressions() -> list[HostileFile]:
    """Return the hostile expressions, each in a schema file that is fine otherwise."""
    listed = yaml.safe_load(Path(__file__).with_name("hostile").joinpath("expressions.yaml").read_text())
    return [HostileFile(entry["tries"], _schema_with(_joined(entry))) for entry in listed]


def _joined(entry: dict[str, Any]) -> str:
    parts = entry.get("parts", [[entry.get("expression"), 1]])
    return "".join((chr(part) if isinstance(part, int) else part) * times for part, times in parts)


def _schema_with(expression: str) -> bytes:
    columns = [
        {"name": "a", "kind": "sequence"},
        {"name": "b", "kind": "sequence"},
        {"name": "x", "kind": "uniform", "low": 0, "high": 1},
        {"name": "p", "kind": "bernoulli", "p": 0.5},
        {"name": "s", "kind": "categorical", "values": ["u", "v"]},
        {"name": "hostile", "kind": "expression", "expression": expression},
    ]
    schema = {"synthlab": 1, "name": "hostile", "generator": "tabular", "options": {"columns": columns}}
    return to_yaml(schema).encode()


def attack(hostile: HostileFile, runs: int = RUNS) -> Result:
    """Load a hostile file, and return what came of it."""
    with TemporaryDirectory() as made:
        folder = Path(made).resolve()
        path = folder / "hostile.yaml"
        path.write_bytes(hostile.content)
        if hostile.beside is not None:
            hostile.beside(folder)
        taken, error = [], None
        with WATCH.during(folder) as seen:
            for _ in range(runs):
                began = time.process_time()
                try:
                    Schema.load(path)
                except SchemaError as refusal:
                    error = refusal
                taken.append(time.process_time() - began)
    return Result(hostile.tries, *_judged(error, seen, min(taken)))


def _judged(error: SchemaError | None, seen: list[str], seconds: float) -> tuple[str, float, str]:
    if error is None:
        return "", seconds, "accepted"
    told, first = str(error), error.problems[0]
    problem = ""
    if seen:
        problem = f"reached out: {seen[0]}"
    elif any(p.line is None or p.column is None for p in error.problems):
        problem = f"has no place: {told[:60]}"
    elif not all(line.isprintable() for line in told.split("\n")):
        problem = "prints what a terminal would obey"
    elif max(map(len, told.split("\n"))) > 1_000:
        problem = "prints a line without end"
    return f"{first.line}:{first.column}", seconds, problem


def warm_up() -> None:
    """Load what a schema of any kind loads, so that it is not taken for something that an attack loads."""
    sys.addaudithook(WATCH.hook)
    for name in ("customers", "reviews", "shapes"):
        Schema.load(name)
    for hostile in (*expressions()[:3], *DOCUMENTS):
        attack(hostile, runs=1)


def main() -> None:
    warm_up()
    failed = False
    for what, corpus in (("expressions", expressions()), ("files", DOCUMENTS)):
        results = [attack(hostile) for hostile in corpus]
        for result in results:
            slow = f"took {result.seconds * 1e3:.0f} ms" * (result.seconds > MOST_SECONDS)
            verdict = result.problem or slow or "refused"
            failed |= verdict != "refused"
            print(f"{result.tries:52} {result.place:>10} {result.seconds * 1e3:8.2f} ms   {verdict}")
        slowest = max(result.seconds for result in results)
        print(f"{len(results)} hostile {what}; the slowest took {slowest * 1e3:.1f} ms\n")
    accepted = [attack(harmless).problem == "accepted" for harmless in HARMLESS]
    print(f"{sum(accepted)} of {len(HARMLESS)} files that only look hostile are accepted")
    sys.exit(failed or not all(accepted))


if __name__ == "__main__":
    main()
