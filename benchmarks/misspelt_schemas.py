"""What people are told who misspell a schema: by synthlab, by pydantic alone, and by check-jsonschema.

    python benchmarks/misspelt_schemas.py                                  # a line for each file
    python benchmarks/misspelt_schemas.py --check-jsonschema PATH --write  # and the page misspelt.md

`misspelt/` has the files, one mistake each, and `misspelt.yaml` what a person expects of them. An answer is
right about the line or the column when it names it, and about the suggestion when the advice has the word
that was expected: of synthlab, its hint (or its message where there is no hint); of the others, anything
that they print. Exits with 1 when synthlab falls short of what it promises.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError, create_model

from synthlab import Schema, SchemaError, plugins
from synthlab.schema import json_schema
from synthlab.schema.head import Head
from synthlab.stages import STAGES

HERE = Path(__file__).parent
FILES = HERE / "misspelt"
PAGE = HERE / "misspelt.md"
PROMISED = {"line": 1.0, "column": 0.95, "suggestion": 0.9}
_SHOWN = 110


@dataclass(frozen=True)
class Expectation:
    """What a person expects to be told of one file."""

    name: str
    mistake: str
    line: int
    column: int
    suggestion: str

    @property
    def path(self) -> Path:
        return FILES / f"{self.name}.yaml"


@dataclass(frozen=True)
class Answer:
    """What a tool says of a file first; `advice` is where the suggestion is looked for."""

    text: str
    line: int | None = None
    column: int | None = None
    advice: str = ""

    def right(self, expected: Expectation) -> dict[str, bool]:
        """Return about what the answer is right."""
        word = rf"(?<!\w){re.escape(expected.suggestion)}(?!\w)"
        line = self.line == expected.line
        return {
            "line": line,
            "column": line and self.column == expected.column,
            "suggestion": re.search(word, self.advice) is not None,
        }


ACCEPTED = Answer("(accepts it)")


def expectations() -> list[Expectation]:
    """Return what a person expects, for all files."""
    listed: dict[str, Any] = yaml.safe_load((HERE / "misspelt.yaml").read_text())
    return [Expectation(name, **fields) for name, fields in listed.items()]


def by_synthlab(path: Path) -> Answer:
    """Return the first problem that synthlab reports."""
    try:
        Schema.load(path)
    except SchemaError as error:
        first = error.problems[0]
        told = f"{first.line}:{first.column}: {first.message}{'; ' * bool(first.hint)}{first.hint}"
        return Answer(told, first.line, first.column, first.hint or first.message)
    return ACCEPTED


def by_pydantic(path: Path) -> Answer:
    """Return what pydantic says of the file, as PyYAML reads it, with the same models."""
    try:
        data = yaml.safe_load(path.read_text())
        _whole_file(str(data.get("generator"))).model_validate(data)
    except yaml.YAMLError as error:
        mark = re.search(r"line (\d+), column (\d+)(?!.*line \d)", str(error), re.DOTALL)
        place = (int(mark[1]), int(mark[2])) if mark else (None, None)
        return Answer(str(error), *place, str(error))
    except ValidationError as error:
        return Answer(str(error).split("\n", 1)[1], advice=str(error))
    return ACCEPTED


@lru_cache
def _whole_file(generator: str) -> type[BaseModel]:
    """Return the model of files for a generator; of the head alone when there is no such generator."""
    stages: dict[str, Any] = {key: (stage | None, None) for key, stage in STAGES.items()}
    if generator in plugins.generator_names():
        stages["options"] = (plugins.generator(generator), ...)
    return create_model("File", __base__=Head, **stages)


def by_check_jsonschema(program: str, paths: list[Path]) -> dict[str, Answer]:
    """Return what check-jsonschema says of each file with the JSON Schema of synthlab."""
    with TemporaryDirectory() as folder:
        schema = Path(folder, "synthlab.schema.json")
        schema.write_text(json.dumps(json_schema()))
        command = [program, "--schemafile", str(schema), "--output-format", "json", *map(str, paths)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(result.stdout)
    answers = {path.name: ACCEPTED for path in paths}
    for error in reversed([*report.get("errors", []), *report.get("parse_errors", [])]):
        path = f"{error['path']}: " if "path" in error else ""
        told = f"{path}{error['message']}"
        best = error.get("best_match", {}).get("message", "")
        answers[Path(error["filename"]).name] = Answer(told, advice=f"{told} {best}")
    return answers


def scores(answers: Mapping[str, Answer], expected: list[Expectation]) -> dict[str, float]:
    """Return the share of files that a tool is right about, for line, column and suggestion."""
    rights = [answers[e.name].right(e) for e in expected]
    return {what: sum(right[what] for right in rights) / len(rights) for what in PROMISED}


def page(expected: list[Expectation], tools: Mapping[str, Mapping[str, Answer]]) -> Iterator[str]:
    """Yield the lines of the published page."""
    yield "# Misspelt schemas: what people are told"
    yield ""
    yield f"{len(expected)} files with one mistake each; what is right was written down before any tool was"
    yield "run. Made by `python benchmarks/misspelt_schemas.py --check-jsonschema PATH --write`."
    yield "When synthlab was run on them for the first time, it was right about 93% of the lines, 89% of the"
    yield "columns and 85% of the suggestions; what was missing was then added to it."
    yield ""
    yield "| | right line | right column | right suggestion |"
    yield "|---|---:|---:|---:|"
    for tool, answers in tools.items():
        yield f"| {tool} | {' | '.join(f'{share:.0%}' for share in scores(answers, expected).values())} |"
    yield ""
    yield "pydantic validates what PyYAML reads with the very models that synthlab uses; check-jsonschema has"
    yield "the JSON Schema that synthlab exports. Neither can know of columns and expressions, or says where."
    yield "For them, a suggestion is right when the word is anywhere in what they print."
    for e in expected:
        yield ""
        yield f"## {e.name}: {e.mistake}"
        yield ""
        yield "```yaml"
        yield from e.path.read_text().splitlines()[max(0, e.line - 2) : e.line]
        yield "```"
        yield f"Expected at {e.line}:{e.column}, with `{e.suggestion}`."
        yield ""
        for tool, answers in tools.items():
            right = answers[e.name].right(e)
            missed = [what for what in PROMISED if not right[what]]
            verdict = f"no {', no '.join(missed)}" if missed else "right"
            yield f"- {tool} ({verdict}): `{_short(answers[e.name].text)}`"


def _short(text: str) -> str:
    line = " ".join(text.split()).replace("`", "'").replace(f"{HERE}/", "")
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 3]}..."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check-jsonschema", metavar="PATH", default=shutil.which("check-jsonschema"))
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    arguments = parser.parse_args()

    expected = expectations()
    tools = {
        "synthlab": {e.name: by_synthlab(e.path) for e in expected},
        "pydantic alone": {e.name: by_pydantic(e.path) for e in expected},
    }
    if arguments.check_jsonschema:
        found = by_check_jsonschema(arguments.check_jsonschema, [e.path for e in expected])
        tools["check-jsonschema"] = {e.name: found[e.path.name] for e in expected}
    else:
        print("check-jsonschema is not on PATH; name it with --check-jsonschema PATH")

    for e in expected:
        answer = tools["synthlab"][e.name]
        missed = [what for what, right in answer.right(e).items() if not right]
        verdict = f"wrong {', '.join(missed)}; expected {e.line}:{e.column} {e.suggestion!r}" * bool(missed)
        print(f"{e.name:22} {verdict or 'right'}\n{'':22} {_short(answer.text)}")
    for tool, answers in tools.items():
        shares = scores(answers, expected)
        print(f"{tool:22} {'   '.join(f'{what} {share:.0%}' for what, share in shares.items())}")
    if arguments.write:
        PAGE.write_text("\n".join(page(expected, tools)) + "\n")
    reached = scores(tools["synthlab"], expected)
    sys.exit(any(reached[what] < promised for what, promised in PROMISED.items()))


if __name__ == "__main__":
    main()
