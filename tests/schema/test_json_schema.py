"""The JSON Schema that editors complete and check schema files with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from synthlab import Schema
from synthlab.schema import json_schema, ready_made, ready_made_path, starter
from synthlab.schema.document import from_bytes


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(json_schema()))
    return made


@pytest.fixture(scope="module")
def validator(page: dict[str, Any]) -> jsonschema.Draft7Validator:
    jsonschema.Draft7Validator.check_schema(page)
    return jsonschema.Draft7Validator(page)


def shop(**options: object) -> dict[str, Any]:
    return {"synthlab": 1, "generator": "shop", "options": options}


GOOD: list[dict[str, Any]] = [
    shop(),
    {"synthlab": 1, "generator": "shop"},
    {**shop(), "rows": 10, "seed": 3, "name": "my-shop", "description": "", "format": "csv"},
    {**shop(), "splits": {"fractions": {"train": 0.8, "test": 0.2}}, "label_noise": {"rate": 0.1}},
    {**shop(), "label_noise": {"rate": "0.3 if id > 5 else 0.1"}},
    {**shop(), "missing": {"columns": ["id", "kind"], "rate": "0.3 if id > 5 else 0.1", "together": True}},
    {**shop(), "missing": [{"columns": ["id"], "rate": 0.1, "when": "kind == 'a'", "keep_clean": True}]},
    {
        **shop(),
        "drift": [{"columns": ["id"], "add": 5, "from_row": 3}, {"columns": ["kind"], "replace": {"a": "b"}}],
        "outliers": {"columns": ["id"], "rate": 0.1, "factor": 10, "direction": "both"},
        "duplicates": {"rate": 0.1, "fresh": ["id"]},
        "mix_ups": [{"columns": ["id"], "rate": 0.1, "factor": 2.54, "round": 0}],
    },
    shop(
        columns=[
            {"name": "a", "kind": "normal", "mean": 1},
            {"name": "b", "kind": "formula", "expression": "a"},
        ]
    ),
    shop(size={"width": 3}, span=[0, 1], mood="busy"),
    {"synthlab": 1, "generator": "demanding", "options": {"columns": ["a"]}},
]

BAD: list[dict[str, Any]] = [
    {},
    {"synthlab": 1},
    {"generator": "shop"},
    {"synthlab": 2, "generator": "shop"},
    {"synthlab": 1, "generator": "shoop"},
    {**shop(), "row": 10},
    {**shop(), "rows": -1},
    {**shop(), "rows": "many"},
    {**shop(), "name": "My Shop"},
    {**shop(), "format": "cvs"},
    {**shop(), "splits": {"fraction": {"train": 1}}},
    {**shop(), "label_noise": {"rate": 2}},
    {**shop(), "missing": {"columns": ["id"], "rate": 2}},
    {**shop(), "missing": {"columns": [], "rate": 0.1}},
    {**shop(), "missing": []},
    {**shop(), "missing": [{"columns": ["id"], "rate": 0.1}, {"columns": ["id"], "rat": 0.1}]},
    {**shop(), "typos": {"columns": ["id"], "rate": 0.1, "kinds": ["slip"]}},
    {**shop(), "mix_ups": {"columns": ["id"], "rate": 0.1, "swap": "rows"}},
    {**shop(), "duplicates": {"rate": 1}},
    shop(colour="red"),
    shop(mood="sad"),
    shop(span=[0]),
    shop(span=[0, 1, 2]),
    shop(size={"width": 3, "depth": 4}),
    shop(columns=[{"name": "a", "kind": "normal", "mean": 1, "stdd": 2}]),
    shop(columns=[{"name": "a", "kind": "lognromal", "mean": 1}]),
    shop(columns=[{"kind": "normal", "mean": 1}]),
    {"synthlab": 1, "generator": "demanding"},
]


@pytest.mark.parametrize("data", GOOD)
def test_what_loads_is_valid(validator: jsonschema.Draft7Validator, data: dict[str, Any]) -> None:
    Schema.load(data)
    validator.validate(data)


@pytest.mark.parametrize("data", BAD)
def test_what_is_refused_is_not_valid(validator: jsonschema.Draft7Validator, data: dict[str, Any]) -> None:
    assert not validator.is_valid(data)
    with pytest.raises(Exception, match="schema"):
        Schema.load(data)


def test_the_ready_made_schemas_and_the_starter_are_valid(validator: jsonschema.Draft7Validator) -> None:
    for name in ready_made():
        validator.validate(from_bytes(name, ready_made_path(name).read_bytes()).data)
    validator.validate(from_bytes("mine", starter("mine").encode()).data)


def test_the_options_of_a_generator_that_cannot_load_are_left_open(
    validator: jsonschema.Draft7Validator,
) -> None:
    validator.validate({"synthlab": 1, "generator": "absent", "options": {"whatever": 1}})


def schemas(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for inner in node.values():
            yield from schemas(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from schemas(inner)


def test_only_words_of_draft_7_are_used(page: dict[str, Any]) -> None:
    for node in schemas(page):
        assert not {"$defs", "prefixItems", "discriminator"} & node.keys()
        assert "$ref" not in node or len(node) == 1, "draft 7 ignores what stands beside a reference"


def test_every_reference_leads_to_a_definition(page: dict[str, Any]) -> None:
    for node in schemas(page):
        if "$ref" in node:
            assert node["$ref"].removeprefix("#/definitions/") in page["definitions"]


def test_every_key_at_the_top_and_every_described_option_keeps_its_description(page: dict[str, Any]) -> None:
    assert all(section.get("description") for section in page["properties"].values())
    assert (
        page["definitions"]["shop.Normal"]["properties"]["name"]["description"]
        == "What the column is called."
    )


def test_the_page_is_the_same_every_time(page: dict[str, Any]) -> None:
    assert json.dumps(json_schema()) == json.dumps(page)
