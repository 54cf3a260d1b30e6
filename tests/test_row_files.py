"""Files of rows as every generator reads them: what is in them, and where they are wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest

from synthlab.errors import InputError
from synthlab.row_files import read_arrow, read_json_lines

TABLE = pa.table({"text": ["a", None], "n": [1, 2]})


def test_arrow_files_and_streams_hold_the_same_rows(tmp_path: Path) -> None:
    for make in (pa.ipc.new_file, pa.ipc.new_stream):
        with make(tmp_path / "t.arrow", TABLE.schema) as writer:
            writer.write_table(TABLE)
        assert read_arrow(tmp_path / "t.arrow").equals(TABLE)


def test_lines_of_json_may_lack_keys_and_be_blank(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('\ufeff{"a": 1}\n\n{"b": "é", "a": null}', encoding="utf-8")
    assert read_json_lines(tmp_path / "t.jsonl") == (["a", "b"], [{"a": 1}, {"b": "é", "a": None}])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"a": 1}\n{"a": }\n', "t.jsonl, line 2: this is no JSON"),
        (b"\n[1]\n", "t.jsonl, line 2: a row is an object, {...}"),
        (b'{"a": "\xe9"}\n', "t.jsonl: this is not UTF-8"),
        (b'{"a":' * 100_000, "t.jsonl, line 1: this is no JSON"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "t.jsonl").write_bytes(content)
    with pytest.raises(InputError, match=re.escape(message)):
        read_json_lines(tmp_path / "t.jsonl")
    with pytest.raises(InputError, match="this is no Arrow file"):
        read_arrow(tmp_path / "t.jsonl")
