"""A schema: where it comes from, what it holds, and what identifies its dataset."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthlab import Schema, SchemaError, UsageError
from synthlab.names import safe_name
from synthlab.schema import (
    load_schema,
    ready_made,
    ready_made_descriptions,
    ready_made_path,
    starter,
    to_yaml,
)
from synthlab.schema.document import from_bytes
from synthlab.schema.head import Head

Write = Callable[..., Path]

SHOP: dict[str, Any] = {
    "synthlab": 1,
    "name": "corner-shop",
    "generator": "shop",
    "rows": 20,
    "seed": 5,
    "options": {
        "columns": [
            {"name": "a", "kind": "normal", "mean": 1},
            {"name": "b", "kind": "lognormal", "mean": "2 * a", "sigma": 0.5},
        ],
        "size": {"width": 3},
    },
    "label_noise": {"rate": 0.1},
    "splits": {"fractions": {"train": 0.8, "test": 0.2}},
    "format": "jsonl",
}


def test_a_file_and_its_content_make_the_same_schema(write: Write) -> None:
    from_data = Schema.load(SHOP)
    from_file = Schema.load(write(to_yaml(SHOP)))
    as_json = Schema.load(write(json.dumps(SHOP, indent=1), "shop.json"))
    assert from_data.resolved() == from_file.resolved() == as_json.resolved()
    assert from_file.folder is not None
    assert from_data.folder is None


def test_what_is_left_out_has_its_default(write: Write) -> None:
    schema = Schema.load(write("synthlab: 1\ngenerator: shop\n", "My Shop.2.yaml"))
    assert (schema.name, schema.rows, schema.seed, schema.format) == ("my-shop-2", 1000, 0, None)
    assert schema.stages == {}


def test_stages_are_in_their_own_order_whatever_the_order_of_the_file() -> None:
    assert list(Schema.load(SHOP).stages) == ["splits", "label_noise"]


def test_a_call_takes_the_place_of_rows_and_seed() -> None:
    schema = Schema.load(SHOP, rows=3, seed=np.int64(9))  # type: ignore[arg-type]
    assert (schema.rows, schema.seed) == (3, 9)
    assert type(schema.seed) is int
    assert Schema.load({**SHOP, "rows": 1e6}).rows == 1_000_000


def test_what_was_resolved_resolves_to_the_same() -> None:
    schema = Schema.load(SHOP)
    data = json.loads(json.dumps(schema.resolved()))
    again = Schema.from_resolved(data, None)
    assert again.resolved() == schema.resolved()
    assert list(again.resolved()) == list(schema.resolved())
    assert again.generator == schema.generator
    assert again.stages == schema.stages
    assert again.features == schema.features


@pytest.mark.parametrize("name", ready_made())
def test_a_ready_made_schema_survives_being_resolved(name: str) -> None:
    pytest.importorskip("pandas")
    loaded = load_schema(name)
    for schema in [loaded] if isinstance(loaded, Schema) else loaded.values():
        again = Schema.from_resolved(json.loads(json.dumps(schema.resolved())), schema.folder)
        assert again.generator == schema.generator
        assert again.features == schema.features
    assert ready_made_descriptions()[name]


def test_comments_layout_and_words_about_the_data_do_not_change_what_identifies_it(write: Write) -> None:
    first = Schema.load(write("synthlab: 1\nname: x\ngenerator: shop\noptions: {mood: busy}\n"))
    options = "# Hello\noptions:\n  mood: 'busy'\n  shut: false\n"
    second = Schema.load(write(f"{options}generator: shop\ndescription: Mine\nname: x\nsynthlab: 1\n"))
    assert second.resolved() == first.resolved()


def test_an_input_file_is_part_of_what_identifies_the_dataset(write: Write) -> None:
    words = write("one two", "words.txt")
    path = write("synthlab: 1\ngenerator: shop\noptions: {words: words.txt}\n")
    schema = Schema.load(path)
    assert schema.files == {"words.txt": words}
    resolved = schema.resolved()
    assert len(resolved["files"]["words.txt"]) == 64
    assert Schema.from_resolved(resolved, path.parent).files == schema.files
    words.write_text("one three")
    assert Schema.load(path).resolved() != resolved
    with pytest.raises(UsageError, match=r"words\.txt is not the file that the dataset was made with"):
        Schema.from_resolved(resolved, path.parent)
    words.unlink()
    with pytest.raises(UsageError, match=r"there is no file 'words\.txt'"):
        Schema.from_resolved(resolved, path.parent)


def test_a_mapping_cannot_refer_to_files() -> None:
    with pytest.raises(SchemaError, match="cannot refer to a file"):
        Schema.load({"synthlab": 1, "generator": "shop", "options": {"words": "words.txt"}})


def test_a_link_out_of_the_folder_is_not_followed(write: Write, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "inner" / "words.txt").symlink_to(tmp_path / "secret.txt")
    path = write("synthlab: 1\ngenerator: shop\noptions: {words: words.txt}\n", "inner/shop.yaml")
    with pytest.raises(SchemaError, match="outside the folder"):
        Schema.load(path)


def test_a_file_that_is_not_there_is_missed_with_what_was_meant(write: Write, tmp_path: Path) -> None:
    write("synthlab: 1\n", "reviews.yaml")
    sources: list[tuple[str | Path, str]] = [
        (tmp_path / "reveiws.yaml", "did you mean 'reviews.yaml'"),
        (str(tmp_path / "nowhere" / "x.yaml"), "there is no folder"),
        (tmp_path, "is not a file"),
        (f"{ready_made()[0]}.yml", "the ready-made schema is named"),
        (ready_made()[0][:-1], f"did you mean '{ready_made()[0]}'"),
        ("zzzz", "neither a schema file nor a ready-made schema"),
    ]
    for source, message in sources:
        with pytest.raises(SchemaError, match=message):
            Schema.load(source)


def test_a_file_of_one_s_own_comes_before_a_ready_made_schema(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "customers"
    path = write("synthlab: 1\ngenerator: shop\n", name)
    monkeypatch.chdir(path.parent)
    assert Schema.load(name).generator_name == "shop"
    path.unlink()
    path.mkdir()
    assert Schema.load(name).folder == ready_made_path(name).parent


@given(st.text(max_size=100))
def test_any_text_makes_a_safe_name(text: str) -> None:
    name = safe_name(text)
    assert Head(synthlab=1, generator="shop", name=name).name == name
    assert safe_name(name) == name


def test_the_starter_is_a_schema_that_loads(write: Write) -> None:
    text = starter("My First.yaml")
    assert text.startswith("# yaml-language-server: $schema=./synthlab.schema.json\n")
    assert Schema.load(write(text)).name == "my-first-yaml"


@pytest.mark.parametrize("generator", ["shop", "tabular"])
def test_there_is_a_starter_for_any_generator_without_options_that_must_be_given(
    write: Write, generator: str
) -> None:
    assert Schema.load(write(starter("mine", generator))).generator_name == generator


def test_a_schema_survives_pickling() -> None:
    schema = Schema.load(SHOP)
    assert pickle.loads(pickle.dumps(schema)) == schema


def test_reading_a_schema_loads_no_heavy_library() -> None:
    code = (
        "import sys; import synthlab.schema; "
        "sys.exit(str([m for m in ('pandas', 'PIL', 'sdv', 'torch', 'cv2', 'faker') if m in sys.modules]))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stderr.strip() == "[]"


@pytest.mark.parametrize(
    "value", ["no", "0189", "1e3", "0o7", "12:30", "~", "2024-01-31", "a: b", "#x", "x\x85y"]
)
def test_what_fit_writes_is_read_as_it_was_meant(value: str) -> None:
    assert from_bytes("x", to_yaml({"values": [value]}).encode()).data == {"values": [value]}
