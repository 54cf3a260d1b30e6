"""Schema files that a stranger could send, each with what it tries.

`DOCUMENTS` are to be refused; `HARMLESS` look dangerous, but say what any schema may say, and are accepted.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DOCUMENTS", "HARMLESS", "HostileFile"]


@dataclass(frozen=True)
class HostileFile:
    """The content of a schema file, what it tries, and what lies beside it."""

    tries: str
    content: bytes
    beside: Callable[[Path], object] | None = None


HEAD = "synthlab: 1\nname: hostile\ngenerator: tabular\n"
COLUMN = "    - {name: a, kind: bernoulli, p: 0.5}\n"
COLUMNS = "options:\n  columns:\n" + COLUMN
IMAGE = "synthlab: 1\nname: hostile\ngenerator: image\n"


def _text(tries: str, text: str, encoding: str = "utf-8") -> HostileFile:
    return HostileFile(tries, text.encode(encoding, "surrogatepass"))


def _head(tries: str, line: str) -> HostileFile:
    return _text(tries, f"{HEAD}{line}\n{COLUMNS}")


def _column(tries: str, fields: str) -> HostileFile:
    return _text(tries, f"{HEAD}{COLUMNS}    - {{{fields}}}\n")


def _model(tries: str, path: str, beside: Callable[[Path], object] | None = None) -> HostileFile:
    column = "    - {name: b, kind: fitted}\n"
    return HostileFile(tries, f"{HEAD}{COLUMNS}{column}  model: {path}\n".encode(), beside)


def _wide(count: int, column: str = "{{name: c{0}, kind: bernoulli, p: 0.5}}") -> str:
    return HEAD + "options:\n  columns:\n" + "".join(f"    - {column.format(i)}\n" for i in range(count))


_SYNTAX = [
    _text("depth: lists", "[" * 100_000),
    _text("depth: mappings", "{a: " * 100_000),
    _text("depth: dashes", "- " * 100_000),
    _text("depth: question marks", "? " * 100_000),
    _text("depth: by indentation", "".join(f"{' ' * i}a:\n" for i in range(1_000))),
    _text("depth: inside the options", f"{HEAD}options: " + "{a: " * 70 + "1" + "}" * 70),
    _text("aliases: a billion laughs", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"),
    _text("aliases: a list in itself", "a: &a [*a]\n"),
    _text("aliases: one that is unknown", "a: *b\n"),
    _text("anchor on a key", "&a synthlab: 1\n"),
    _text("merge key", f"{HEAD}options:\n  <<: {{columns: []}}\n"),
    _text("tag: Python object", f"{HEAD}options: !!python/object/apply:os.system ['id']\n"),
    _text("tag: Python name", f"{HEAD}description: !!python/name:os.system\n"),
    _text("tag: Python module", f"{HEAD}description: !!python/module:socket\n"),
    _text("tag: Ruby object", f"{HEAD}description: !ruby/object:Gem::Installer {{}}\n"),
    _text("tag: JavaScript function", f"{HEAD}description: !!js/function 'function() {{}}'\n"),
    _text("tag: include", f"{HEAD}options: !include /etc/passwd\n"),
    _text("tag: binary", f"{HEAD}description: !!binary aGVsbG8=\n"),
    _text("tag: set with a standard name", f"{HEAD}options: !!set {{a, b}}\n"),
    _text("tag on a key", "!!str synthlab: 1\n"),
    _text("directive: tag", "%TAG ! tag:example.com,2000:\n---\nsynthlab: 1\n"),
    _text("directive: version", "%YAML 1.1\n---\nsynthlab: 1\n"),
    _text("several documents", f"{HEAD}{COLUMNS}---\n{HEAD}{COLUMNS}"),
    _text("ten thousand documents", "---\na: 1\n" * 10_000),
    _text("duplicate key at the top", f"{HEAD}name: other\n{COLUMNS}"),
    _text("duplicate key in a column", f"{HEAD}{COLUMNS}    - {{name: b, name: c, kind: bernoulli}}\n"),
    _text("duplicate key by quotes", f"{HEAD}'name': other\n{COLUMNS}"),
    _text("list as a key", "? [a]\n: b\n"),
    _text("mapping as a key", "? {a: b}\n: c\n"),
    _text("no key", f"{HEAD}: 5\n"),
]
_BYTES = [
    HostileFile("more than one MiB", b"synthlab: 1\ndescription: " + b"x" * 2**20),
    HostileFile("NUL", b"synthlab: 1\nname: a\x00b\n"),
    HostileFile("NUL bytes alone", b"\x00" * 1_000),
    HostileFile("a byte order mark twice", b"\xef\xbb\xbf\xef\xbb\xbfsynthlab: 1\n"),
    HostileFile("a byte order mark inside", b"synthlab: 1\nname: \xef\xbb\xbfa\n"),
    _text("UTF-16", HEAD + COLUMNS, "utf-16"),
    _text("UTF-16 without a mark", HEAD + COLUMNS, "utf-16-le"),
    _text("UTF-32", HEAD + COLUMNS, "utf-32"),
    _text("Latin-1", f"{HEAD}description: Caf\xe9\n", "latin-1"),
    _text("carriage returns alone", (HEAD + COLUMNS).replace("\n", "\r")),
    _text("a surrogate", f"{HEAD}description: \ud800\n"),
    _text("a surrogate by escape", f'{HEAD}description: "\\ud800"\n'),
    HostileFile("an overlong encoding", b"synthlab: 1\nname: \xc0\xafetc\n"),
    HostileFile("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    HostileFile("a pickle", b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94."),
    HostileFile("an archive", b"PK\x03\x04" + bytes(100)),
    HostileFile("nothing", b""),
    HostileFile("a million empty lines", b"\n" * 1_000_000 + b"- a"),
    _text("a tab as indentation", f"{HEAD}options:\n\tcolumns: []\n"),
    _text("the next-line character", "synthlab: 1\x85name: a\n"),
    _text("the line separator", "synthlab: 1\u2028name: a\n"),
    _text("the escape sequence of a terminal", f"{HEAD}description: \x1b[2J\x1b]0;owned\x07\n"),
]
_SIZES = [
    _text("a hundred thousand keys", "".join(f"k{i}: 1\n" for i in range(100_000))),
    _text("keys that are unknown, to the limit", HEAD + "".join(f"seeed{i}: 1\n" for i in range(9_900))),
    _text("a hundred thousand items", f"{HEAD}options:\n  columns:\n" + "    - x\n" * 100_000),
    _text("a thousand and one columns", _wide(1_001)),
    _text("a thousand columns, all misspelt", _wide(1_000, "{{name: c{0}, kind: bernouli}}")),
    _text("columns in a circle", _wide(2, "{{name: c{0}, kind: expression, expression: c0 + c1}}")),
    _text("a huge scalar", f"{HEAD}rows: {'x' * 1_000_000}\n"),
    _text("a huge key", f"{HEAD}? {'x' * 1_000_000}\n: 1\n"),
    _text("a huge number", f"{HEAD}rows: {'9' * 1_000_000}\n"),
    _text("a huge name", f"{HEAD}name: {'x' * 100_000}\n"),
    _text("a huge flow list", f"{HEAD}options: {{columns: [" + "[]," * 300_000 + "]}\n"),
    _text(
        "many splits", f"{HEAD}splits: {{fractions: {{{', '.join(f's{i}: 0.0001' for i in range(9_000))}}}}}"
    ),
    _text("many shapes", f"{IMAGE}options: {{classes: [{', '.join(f's{i}' for i in range(19_000))}]}}\n"),
    _text("one shape often", f"{IMAGE}options: {{classes: [{', '.join(['star'] * 19_000)}]}}\n"),
]
_NUMBERS = [
    _head("a float of rows", "rows: 1.5"),
    _head("more rows than can be counted", "rows: 4611686018427387904"),
    _head("rows as a huge float", "rows: 1e300"),
    _head("rows that are infinite", "rows: .inf"),
    _head("rows that are no number", "rows: .nan"),
    _head("rows below zero", "rows: -1"),
    _head("rows as a truth value", "rows: true"),
    _head("rows in base sixty", "rows: 1:30:00"),
    _head("a seed beyond 64 bits", "seed: 18446744073709551616"),
    _head("a seed below zero", "seed: -1"),
    _head("a hexadecimal seed without end", f"seed: 0x{'f' * 10_000}"),
    _head("the word for no as rows", "rows: no"),
    _column("a parameter that is infinite", "name: b, kind: normal, mean: .inf, std: 1"),
    _column("a parameter that is no number", "name: b, kind: normal, mean: .nan, std: 1"),
    _column("a parameter that overflows", "name: b, kind: uniform, low: -1e308, high: 1e308"),
    _column("a probability that is no number", "name: b, kind: bernoulli, p: nan"),
    _column("a step of zero", "name: b, kind: sequence, step: 0"),
    _text("an image of a billion pixels", f"{IMAGE}options: {{width: 1000000, height: 1000}}\n"),
    _text("a billion objects an image", f"{IMAGE}options: {{objects_range: [1, 1000000000]}}\n"),
]
_NAMES = [
    _text("a name with slashes", HEAD.replace("hostile", "../../etc/cron.d/x") + COLUMNS),
    _text("a name that is a folder", HEAD.replace("hostile", "'..'") + COLUMNS),
    _text("a name that is absolute", HEAD.replace("hostile", "/tmp/x") + COLUMNS),
    _text("a name of a device", HEAD.replace("hostile", "con") + COLUMNS),
    _text("a name with a line end", HEAD.replace("hostile", '"a\\nb"') + COLUMNS),
    _text("a name with an escape sequence", HEAD.replace("hostile", '"\\e[31mred"') + COLUMNS),
    _head("a split that is a path", "splits: {fractions: {../x: 0.5, y: 0.5}}"),
    _head("a split of a device", "splits: {fractions: {aux: 0.5, y: 0.5}}"),
    _column("a column with an escape sequence", 'name: "\\e[2Jx", kind: bernoulli, p: 0.5'),
    _column("a column written from right to left", 'name: "a\\u202eb", kind: bernoulli, p: 0.5'),
    _column("a kind with an escape sequence", 'name: b, kind: "\\e]0;owned\\a"'),
    _text(
        "an escape sequence in what could be meant",
        f"{HEAD}{COLUMNS}"
        '    - {name: "colour\\e[2J", kind: bernoulli, p: 0.5}\n'
        "    - {name: b, kind: expression, expression: colur}\n",
    ),
    _text("a generator that is a module", "synthlab: 1\ngenerator: os:system\n"),
    _text("a generator that is a path", "synthlab: 1\ngenerator: ../../evil.py\n"),
    _text("a generator from the network", "synthlab: 1\ngenerator: https://example.com/evil\n"),
    _head("a format that is a path", "format: /dev/stdout"),
    _head("a format that is a module", "format: 'synthlab.writers.csv:CsvWriter'"),
    _head("an option that no one has", "__class__: {__init__: 1}"),
    _text("options by a private name", f"{HEAD}options:\n  _plan: 1\n  columns:\n{COLUMN}"),
]


def _fifo(folder: Path) -> None:
    os.mkfifo(folder / "model.json")


def _symlink(target: str) -> Callable[[Path], object]:
    return lambda folder: (folder / "model.json").symlink_to(target)


_FILES = [
    _model("a file above the folder", "../../../../etc/passwd"),
    _model("a file above, by way of the folder", "./x/../../../../../etc/passwd"),
    _model("an absolute file", "/etc/passwd"),
    _model("the environment of the process", "/proc/self/environ"),
    _model("a device without end", "/dev/zero"),
    _model("a device that waits", "/dev/stdin"),
    _model("the home of a user", "~/.ssh/id_rsa"),
    _model("a variable of the environment", "$HOME/.netrc"),
    _model("a link out of the folder", "model.json", _symlink("/etc/passwd")),
    _model("a link to a device", "model.json", _symlink("/dev/zero")),
    _model("a link to itself", "model.json", _symlink("model.json")),
    _model("a pipe that nobody writes to", "model.json", _fifo),
    _model("a folder", "model.json", lambda folder: (folder / "model.json").mkdir()),
    _model("the folder itself", "."),
    _model("no file", "''"),
    _model("a file from the network", "http://169.254.169.254/latest/meta-data"),
    _model("a file by its URL", "file:///etc/passwd"),
    _model("a share of another machine", "'\\\\example.com\\share\\x'"),
    _model("NUL in a path", '"model.json\\0.txt"'),
    _model("a path without end", "a/" * 10_000 + "b"),
    _model("the schema as its own model", "hostile.yaml"),
    _model(
        "a model that is no model", "m.json", lambda folder: (folder / "m.json").write_text("[" * 100_000)
    ),
]

DOCUMENTS = [*_SYNTAX, *_BYTES, *_SIZES, *_NUMBERS, *_NAMES, *_FILES]

HARMLESS = [
    _head("a description that looks like a tag", "description: '!!python/object/apply:os.system [id]'"),
    _head("a description that looks like a template", "description: '{{ 7 * 7 }} ${HOME} $(id) `id`'"),
    _head("an escape sequence that is never shown", 'description: "\\e[31mred"'),
    _head("a number with an exponent for rows", "rows: 1e3"),
    _column("a value that looks like a formula", "name: b, kind: constant, value: '=cmd|calc'"),
    _column("the word for Norway", "name: b, kind: categorical, values: [no, se, dk]"),
]
