"""The JSON Schema of schema files, for editors."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from .. import plugins
from ..errors import PluginError
from ..stages import STAGES
from .head import Head

__all__ = ["json_schema"]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of schema files, with the options of every installed generator.

    In the terms of draft 7, which is what the YAML language server knows. The options of a generator that
    cannot be loaded are left open.
    """
    definitions: dict[str, Any] = {}
    top = _model(Head, "head", definitions)
    for key, stage in STAGES.items():
        top["properties"][key] = _model(stage, key, definitions)
    names = plugins.generator_names()
    top["properties"]["generator"] = {**top["properties"]["generator"], "enum": names}
    top["properties"]["format"] = {"type": "string", "enum": plugins.writer_names()} | {
        "description": top["properties"]["format"]["description"]
    }
    branches = []
    for name in names:
        try:
            options = _model(plugins.generator(name), name, definitions)
        except PluginError:
            continue
        section: dict[str, Any] = {"properties": {"options": options}}
        if options.get("required"):
            section["required"] = ["options"]
        chosen = {"properties": {"generator": {"const": name}}, "required": ["generator"]}
        branches.append({"if": chosen, "then": section})
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A synthlab schema file",
        **{key: value for key, value in top.items() if key not in ("title", "description")},
        "allOf": branches,
        "definitions": definitions,
    }


def _model(model: type[BaseModel], prefix: str, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a model; those of the models inside go to `definitions` under names of its own."""
    schema = model.model_json_schema(ref_template=f"#/definitions/{prefix}.{{model}}")
    for name, definition in schema.pop("$defs", {}).items():
        definitions[f"{prefix}.{name}"] = definition
    return schema
