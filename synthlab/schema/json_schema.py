"""The JSON Schema of schema files, for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.json_schema import GenerateJsonSchema

from .. import plugins
from ..errors import PluginError
from ..stages import STAGES
from .head import Head, TableHead

__all__ = ["json_schema"]

# Where draft 7 has schemas inside a schema: by name, as one, as a list.
_NAMED = {"properties", "patternProperties", "definitions"}
_SINGLE = {"items", "additionalItems", "additionalProperties", "propertyNames", "contains", "not"}
_LISTED = {"anyOf", "oneOf", "allOf"}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of schema files, with the options of every installed generator.

    In the terms of draft 7, which is what the YAML language server knows. The options of a generator that
    cannot be loaded, or described, are left open.
    """
    definitions: dict[str, Any] = {}
    top = _described(Head, "head", definitions)
    properties = top["properties"]
    for key, stage in STAGES.items():
        properties[key] = _described(stage, key, definitions)
    names = plugins.generator_names()
    properties["generator"]["enum"] = names
    stages = {key: properties[key] for key in STAGES}
    properties["format"] = {
        "type": "string",
        "enum": plugins.writer_names(),
        "description": properties["format"]["description"],
    }
    options = [branch for name in names for branch in _branch(name, definitions)]
    table = _described(TableHead, "table", definitions)
    table["properties"]["generator"]["enum"] = names
    table["properties"].update(stages)
    definitions["table"] = {**table, "additionalProperties": False, "allOf": options}
    properties["tables"] = {
        "type": "object",
        "minProperties": 1,
        "description": "Several tables that refer to each other, in place of one dataset.",
        "additionalProperties": {"$ref": "#/definitions/table"},
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A synthlab schema file",
        "type": "object",
        "properties": properties,
        "required": ["synthlab"],
        "anyOf": [{"required": ["generator"]}, {"required": ["tables"]}],
        "additionalProperties": False,
        "allOf": options,
        "definitions": definitions,
    }


def _branch(name: str, definitions: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what holds for the options of one generator, or nothing where that cannot be known."""
    try:
        options = _described(plugins.generator(name), name, definitions)
    except (PluginError, PydanticInvalidForJsonSchema):
        return []
    section: dict[str, Any] = {"properties": {"options": options}}
    if options.get("required"):
        section["required"] = ["options"]
    chosen = {"properties": {"generator": {"const": name}}, "required": ["generator"]}
    return [{"if": chosen, "then": section}]


class _WithoutTitles(GenerateJsonSchema):
    """Leaves out the titles that only repeat the names of the fields."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _described(model: type[BaseModel], prefix: str, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a model; those of the models inside go to `definitions` under names of its own."""
    template = f"#/definitions/{prefix}.{{model}}"
    schema = model.model_json_schema(ref_template=template, schema_generator=_WithoutTitles)
    for name, definition in schema.pop("$defs", {}).items():
        definitions[f"{prefix}.{name}"] = _draft_7(definition)
    described: dict[str, Any] = _draft_7(schema)
    return described


def _draft_7(schema: Any) -> Any:
    """Return a schema of draft 2020-12, as pydantic writes it, in the terms of draft 7."""
    if not isinstance(schema, Mapping):
        return schema
    result: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "prefixItems":
            result["items"] = [_draft_7(inner) for inner in value]
            result["additionalItems"] = False
        elif key in _NAMED:
            result[key] = {name: _draft_7(inner) for name, inner in value.items()}
        elif key in _SINGLE:
            result.setdefault(key, _draft_7(value))
        elif key in _LISTED:
            result[key] = [_draft_7(inner) for inner in value]
        elif key != "discriminator":  # a word of OpenAPI
            result[key] = value
    if "$ref" in result and len(result) > 1:
        # Draft 7 ignores what stands beside a reference.
        result["allOf"] = [{"$ref": result.pop("$ref")}, *result.get("allOf", [])]
    return result
