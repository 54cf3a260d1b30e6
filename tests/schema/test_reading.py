"""What a schema file says, and what it must not hold."""

from __future__ import annotations

import json
import re
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from synthlab import SchemaError
from synthlab.schema.document import MOST_BYTES, Document, from_bytes, from_mapping
from synthlab.schema.scalars import FORBIDDEN, plain_scalar, to_yaml

text = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("0123456789+-.eE_:#'\"[]{}&*!|>%@, \n\t"),
    max_size=20,
)
numbers = st.integers(-(2**64) + 1, 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
scalars = (
    text | numbers | st.booleans() | st.none() | st.sampled_from(["no", "0123", "1e3", "12:30", "~", "="])
)
data = st.dictionaries(
    text,
    st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4)
    ),
    max_size=5,
)


def read(content: str | bytes) -> Document:
    return from_bytes("x.yaml", content.encode() if isinstance(content, str) else content)


def read_or_refusal(content: str | bytes) -> Document | SchemaError:
    try:
        return read(content)
    except SchemaError as error:
        return error


def refused(content: str | bytes) -> SchemaError:
    with pytest.raises(SchemaError) as caught:
        read(content)
    return caught.value


@given(data)
def test_what_is_written_as_yaml_reads_back_the_same(value: dict[str, object]) -> None:
    assert read(to_yaml(value)).data == value


@given(data)
def test_json_reads_as_yaml(value: dict[str, object]) -> None:
    # As characters: JSON's escape of those beyond 16 bits is a pair of surrogates, which YAML refuses.
    written = json.dumps(value, ensure_ascii=False)
    escaped = FORBIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", written)
    assert read(escaped).data == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_place(content: bytes) -> None:
    found = read_or_refusal(content)
    if isinstance(found, SchemaError):
        assert re.match(r"x\.yaml:\d+:\d+: ", str(found))
        assert found.problems[0].line is not None


@given(st.text("ab01:-?[]{},&*!|>'\"%@#\n \t.~<", max_size=60))
def test_any_text_is_read_as_plain_data_with_a_place_for_every_value(content: str) -> None:
    document = read_or_refusal(content)
    if isinstance(document, SchemaError):
        assert re.match(r"x\.yaml:\d+:\d+: ", str(document))
        return
    find = document.problem

    def walk(value: object, path: tuple[str | int, ...]) -> None:
        assert find(path, "").line is not None
        items = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        )
        for key, inner in items:
            walk(inner, (*path, key))

    walk(document.data, ())


def test_every_key_and_value_stands_where_the_document_says() -> None:
    content = "a: 1\nb:\n  - {c: 'x', d: [yes, 2.5]}\n  - e: >\n      folded\n      text\n"
    document = read(content)
    for path, place in document.keys.items():
        assert content[place.start : place.end] == path[-1]
    for path, place in document.values.items():
        if place.style == "":
            value: object = document.data
            for part in path:
                value = value[part]  # type: ignore[index]
            assert plain_scalar(content[place.start : place.end]) == value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("12", 12),
        ("-12", -12),
        ("+12", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("0123", "0123"),
        ("007.5", "007.5"),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-.5e-1", -0.05),
        ("12:30", "12:30"),
        ("2024-01-31", "2024-01-31"),
        ("1.2.3", "1.2.3"),
        ("=", "="),
        ("-", "-"),
        (".", "."),
        ("nan", "nan"),
        ("18446744073709551615", 2**64 - 1),
    ],
)
def test_words_mean_what_yaml_1_2_says(written: str, meant: object) -> None:
    found = plain_scalar(written)
    assert found == meant
    assert type(found) is type(meant)


def test_keys_are_text_as_written() -> None:
    assert read("1: a\ntrue: b\n2024-01-01: c\n'': d").data == {
        "1": "a",
        "true": "b",
        "2024-01-01": "c",
        "": "d",
    }


@pytest.mark.parametrize("content", ["\ufeffa: 1\nb: [x]\n", "a: 1\r\nb: [x]\r\n"], ids=["bom", "crlf"])
def test_what_windows_editors_write_is_read(content: str) -> None:
    document = read(content)
    assert document.data == {"a": 1, "b": ["x"]}
    problem = document.problem(("b", 0), "")
    assert (problem.line, problem.column) == (2, 5)


@given(st.text("ab \n'\"\\\té", min_size=1, max_size=30), st.sampled_from(["'", '"', "|", ">"]), st.data())
def test_an_offset_in_a_text_is_found_in_the_file(value: str, style: str, drawn: st.DataObject) -> None:
    content = yaml.dump({"k": {"e": value}}, default_style=style, allow_unicode=True, width=20)
    document = read(content)
    assert document.data["k"]["e"] == value
    offset = drawn.draw(st.integers(0, len(value) - 1))
    if value[offset].isspace():
        return
    problem = document.problem(("k", "e"), "", offset=offset)
    assert problem.line is not None
    assert problem.column is not None
    found = content.split("\n")[problem.line - 1][problem.column - 1 :]
    # In quotes a character may be doubled or escaped.
    assert value[offset] in found[:2]


def deep(opening: str, closing: str = "", times: int = 100_000) -> str:
    return opening * times + closing * times


LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"

HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "1:1"),
    "only a comment": ("# nothing\n", "1:1"),
    "only blanks": (" \n\n", "1:1"),
    "list at the top": ("- a\n- b\n", "1:1"),
    "text at the top": ("hello\n", "1:1"),
    "number at the top": ("42", "1:1"),
    "deep lists": (deep("["), "1:65"),
    "deep closed lists": ("a: " + deep("[", "]"), "1:67"),
    "deep mappings": (deep("{a: "), "1:257"),
    "deep dashes": (deep("- "), "1:129"),
    "deep questions": (deep("? "), "1:3"),
    "deep by indentation": ("".join(f"{' ' * i}a:\n" for i in range(500)), "65:65"),
    "just too deep": ("[" * 65 + "]" * 65, "1:65"),
    "billion laughs": (LAUGHS, "1:4"),
    "anchor": ("a: &x 1", "1:4"),
    "anchor on a key": ("&x a: 1", "1:1"),
    "alias": ("a: *x", "1:4"),
    "alias to itself": ("a: &x [*x]", "1:4"),
    "merge key": ("a:\n  <<: {b: 1}\n", "2:3"),
    "tag of Python": ("a: !!python/object/apply:os.system [ls]", "1:4"),
    "own tag": ("a: !mine b", "1:4"),
    "standard tag": ("a: !!str 5", "1:4"),
    "binary tag": ("a: !!binary aGk=", "1:4"),
    "tag on a key": ("!!str a: 1", "1:1"),
    "tag directive": ("%TAG ! tag:x,2000:\n---\na: !b c", "1:1"),
    "version directive": ("%YAML 1.1\n---\na: 1", "1:1"),
    "two documents": ("a: 1\n---\nb: 2\n", "2:1"),
    "duplicate key": ("a: 1\nb: 2\na: 3\n", "3:1"),
    "duplicate key inside": ("a: {b: 1, b: 2}", "1:11"),
    "duplicate key in quotes": ("a: 1\n'a': 2\n", "2:1"),
    "list as key": ("? [a]\n: b", "1:3"),
    "mapping as key": ("{a: {? {b: 1} : 2}}", "1:8"),
    "no key": ("a:\n  : 1\n", "2:3"),
    "NUL": (b"a: \x00b", "1:4"),
    "bell": (b"a: 1\nb: \x07", "2:4"),
    "escape": ("a: \x1b[31mred", "1:4"),
    "delete": ("a: \x7f", "1:4"),
    "next line": ("a: x\x85b: y", "1:5"),
    "line separator": ("a: x\u2028b: y", "1:5"),
    "lone carriage return": ("a: 1\rb: 2", "1:5"),
    "byte order mark inside": ("a: \ufeffb", "1:4"),
    "Latin-1": ("a: 1\nb: Caf\xe9".encode("latin-1"), "2:7"),
    "UTF-16": ("a: 1".encode("utf-16"), "1:1"),
    "a surrogate": (b"a: \xed\xa0\x80", "1:4"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "1:1"),
    "a pickle": (b"\x80\x04\x95\x00", "1:1"),
    "huge": (b"a: " + b"x" * MOST_BYTES, "1:1"),
    "tab as indentation": ("a:\n\tb: 1\n", "2:1"),
    "unclosed quote": ("a: 'x\n", "1:4"),
    "unclosed list": ("a: [1, 2\n", "1:4"),
    "closed twice": ("a: [1]]\n", "1:7"),
    "colon in text": ("a: b: c\n", "1:5"),
    "wrong indentation": ("a:\n  b: 1\n c: 2\n", "3:2"),
    "infinite": ("a: .inf", "1:4"),
    "infinite by its exponent": ("a: [1, 1e999]", "1:8"),
    "not a number": ("a: -.INF\nb: .NaN", "1:4"),
    "ten thousand digits": ("a: " + "9" * 10_000, "1:4"),
    "hexadecimal without end": ("a: 0x" + "f" * 10_000, "1:4"),
    "surrogate by escape": ('a: "\\ud800"', "1:7"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_at_once_with_its_place(name: str) -> None:
    content, place = HOSTILE[name]
    started = time.process_time()
    error = refused(content)
    assert time.process_time() - started < 5  # no blow-up; benchmarks/hostile_schemas.py measures
    assert str(error).startswith(f"x.yaml:{place}: ")
    assert max(len(line) for line in str(error).splitlines()) < 250
    assert not any(c for c in str(error) if not c.isprintable() and c != "\n")


def test_a_file_of_too_many_values_is_refused() -> None:
    error = refused("a:\n" + "- b\n" * 120_000)
    assert "at most 20,000 keys and values" in str(error)


def test_a_file_at_the_limits_is_read() -> None:
    assert len(read("a: " + "x" * (MOST_BYTES - 3)).data["a"]) == MOST_BYTES - 3
    read("a: " + "[" * 63 + "]" * 63)


def test_data_from_python_becomes_plain_data() -> None:
    document = from_mapping({"a": (1, 2), 3: {"b": None}})
    assert document.data == {"a": [1, 2], "3": {"b": None}}


def test_data_from_python_that_yaml_cannot_say_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    for value, message in [
        (float("nan"), "finite"),
        ({1, 2}, "of type set"),
        (object(), "of type object"),
        ("\ud800", "surrogate"),
        (endless, "nested deeper than 64"),
    ]:
        with pytest.raises(SchemaError, match=message):
            from_mapping({"a": {"b": value}})
