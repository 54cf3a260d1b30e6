"""Pydantic's errors as a person wants them: at the right place, in plain words, with a suggestion."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from ..errors import nearest
from ..stages.base import NAME
from .document import Document
from .problems import Path, Problem, label, shown

__all__ = ["explain", "unknown_key"]

# Other words for the same thing, from other libraries and other habits.
SYNONYMS = {
    "alpha": "a",
    "beta": "b",
    "choices": "values",
    "classes": "values",
    "count": "rows",
    "datatype": "type",
    "decimals": "round",
    "dtype": "type",
    "enum": "values",
    "fields": "columns",
    "loc": "mean",
    "max": "high",
    "maximum": "high",
    "min": "low",
    "minimum": "low",
    "mu": "mean",
    "n": "rows",
    "num_rows": "rows",
    "p": "weights",
    "precision": "round",
    "probabilities": "weights",
    "random_state": "seed",
    "scale": "std",
    "sd": "std",
    "sigma": "std",
    "size": "rows",
    "stddev": "std",
    "stdev": "std",
    "title": "name",
    "version": "synthlab",
}

# What a value should have been, by the type of pydantic's error.
EXPECTED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "date_from_datetime_parsing": "a date such as 2024-02-29",
    "date_parsing": "a date such as 2024-02-29",
    "date_type": "a date such as 2024-02-29",
    "datetime_from_date_parsing": "a moment such as 2024-02-29T12:30:00",
    "datetime_parsing": "a moment such as 2024-02-29T12:30:00",
    "datetime_type": "a moment such as 2024-02-29T12:30:00",
    "dict_type": "a mapping",
    "finite_number": "a finite number",
    "float_parsing": "a number",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_attributes_type": "a mapping",
    "model_type": "a mapping",
    "none_required": "empty",
    "string_type": "text",
    "tuple_type": "a list",
}
BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


def explain(
    error: ValidationError, model: type[BaseModel], document: Document, prefix: Path = ()
) -> Iterator[Problem]:
    """Yield a problem for each thing that is wrong in the part of a document under `prefix`."""
    data: Any = document.data
    for part in prefix:
        data = data[part]
    errors = [(*_located(e["loc"], data), e) for e in error.errors(include_url=False)]
    # Every branch of a union has an error of its own. The one that went deepest was meant.
    deepest = [path for path, _, _ in errors]
    merged: dict[Path, list[Any]] = {}
    for path, at_key, found in errors:
        shadowed = any(len(other) > len(path) and other[: len(path)] == path for other in deepest)
        if shadowed and found["type"] in EXPECTED:
            continue
        key = path if not at_key else (*path, None)
        merged.setdefault(key, []).append((path, at_key, found))  # type: ignore[arg-type]
    for group in merged.values():
        path, at_key, _ = group[0]
        yield _problem(path, at_key, [found for _, _, found in group], model, document, prefix)


def unknown_key(key: str, known: Sequence[str], document: Document, path: Path) -> Problem:
    """Return the problem of a key that is not known, with the one that was probably meant."""
    meant = SYNONYMS.get(key.lower())
    if meant not in known:
        meant = nearest(key, known)
    hint = f"did you mean {meant!r}?" if meant else f"known keys are: {', '.join(known)}" if known else ""
    return document.problem(path, f"unknown key {shown(key)}", hint, at_key=True)


def _problem(
    path: Path,
    at_key: bool,
    errors: list[Any],
    model: type[BaseModel],
    document: Document,
    prefix: Path,
) -> Problem:
    first, full = errors[0], (*prefix, *path)
    kind, context, value = first["type"], first.get("ctx", {}), first["input"]
    if kind == "extra_forbidden":
        return unknown_key(str(path[-1]), _known_keys(model, first["loc"]), document, full)
    if kind in ("missing", "union_tag_not_found"):
        key = str(path[-1]) if kind == "missing" else context["discriminator"].strip("'")
        where = full if kind == "missing" else (*full, key)
        return document.problem(where, f"the key {key!r} is missing{_inside(where)}")
    if kind == "union_tag_invalid":
        key, known = context["discriminator"].strip("'"), _quoted(context["expected_tags"])
        return document.problem(
            (*full, key), f"{key} {shown(context['tag'])} is not known", _suggest(context["tag"], known)
        )
    if at_key:
        return document.problem(
            full, f"the key {shown(path[-1])} is not allowed: {_words(first)}", at_key=True
        )
    if kind == "value_error":
        return document.problem(full, str(context["error"]))
    literals = [
        name for e in errors if e["type"] == "literal_error" for name in _quoted(e["ctx"]["expected"])
    ]
    expected = list(dict.fromkeys(EXPECTED[e["type"]] for e in errors if e["type"] in EXPECTED))
    if literals:
        expected.append(f"one of {', '.join(literals)}" if len(literals) > 1 else literals[0])
    if expected:
        message = f"{label(full)} must be {' or '.join(expected)}, not {shown(value)}"
        near = nearest(str(value), literals)
        return document.problem(full, message, f"did you mean {near!r}?" if near else "")
    if kind in BOUNDS:
        words, name = BOUNDS[kind]
        return document.problem(full, f"{label(full)} must be {words} {context[name]:g}, not {shown(value)}")
    return document.problem(full, f"{label(full)}: {_words(first)}")


def _words(error: Any) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "string_pattern_mismatch" if context["pattern"] == NAME:
            return f"{shown(error['input'])} has other characters than a-z, 0-9, - and _"
        case "string_pattern_mismatch":
            return f"{shown(error['input'])} does not have the form {context['pattern']}"
        case "too_short":
            return f"at least {context['min_length']} are needed, not {context['actual_length']}"
        case "too_long":
            return f"at most {context['max_length']} are allowed, not {context['actual_length']}"
        case "string_too_long":
            return f"at most {context['max_length']} characters are allowed"
        case "string_too_short":
            return f"at least {context['min_length']} characters are needed"
    message: str = error["msg"]
    return message[:1].lower() + message[1:]


def _inside(path: Path) -> str:
    return f" in {label(path[:-1])}" if len(path) > 1 else ""


def _suggest(found: object, known: Sequence[str]) -> str:
    near = nearest(str(found), known)
    return f"did you mean {near!r}?" if near else f"known are: {', '.join(known)}"


def _quoted(text: str) -> list[str]:
    """Return the names in pydantic's `'a', 'b' or 'c'`."""
    names = [part.strip().strip("'") for part in text.replace(" or ", ", ").split(",")]
    return [{"True": "true", "False": "false", "None": "null"}.get(name, name) for name in names]


def _located(location: tuple[int | str, ...], data: Any) -> tuple[Path, bool]:
    """Return the path in the document, and whether its key is meant.

    Pydantic puts names of its own into the location, the tag of a union's branch for example.
    """
    path: list[int | str] = []
    for number, part in enumerate(location):
        if part == "[key]":
            return tuple(path), True
        last = number == len(location) - 1
        if isinstance(data, Mapping) and isinstance(part, str) and part in data:
            path.append(part)
            data = data[part]
        elif isinstance(data, Sequence) and not isinstance(data, str) and isinstance(part, int):
            path.append(part)
            data = data[part] if part < len(data) else None
        elif last and isinstance(data, Mapping) and isinstance(part, str) and _is_name(part):
            path.append(part)  # a missing key
    return tuple(path), False


def _is_name(part: str) -> bool:
    return part.isidentifier()


def _known_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that are known where a location leads, following the types of the fields."""
    types_: list[Any] = [model]
    for part in location[:-1]:
        types_ = _step(types_, part) or types_
    keys: dict[str, None] = {}
    for found in _members(types_):
        if isinstance(found, type) and issubclass(found, BaseModel):
            keys.update(dict.fromkeys(field.alias or name for name, field in found.model_fields.items()))
    return list(keys)


def _step(candidates: list[Any], part: int | str) -> list[Any]:
    """Return the types that one part of a location leads to."""
    found: list[Any] = []
    tagged: list[Any] = []
    for kind in _members(candidates):
        origin, arguments = get_origin(kind), get_args(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if part in kind.model_fields:
                found.append(kind.model_fields[str(part)].annotation)
            if kind.__name__ == part or any(
                part in get_args(f.annotation)
                for f in kind.model_fields.values()
                if get_origin(f.annotation) is Literal
            ):
                tagged.append(kind)
        elif isinstance(part, int) and arguments and origin is not None:
            found.append(arguments[0])
        elif isinstance(origin, type) and issubclass(origin, Mapping):
            found.append(arguments[1])
    return found or tagged


def _members(kinds: list[Any]) -> Iterator[Any]:
    """Yield the types inside annotations and unions."""
    for kind in kinds:
        if get_origin(kind) is Annotated:
            yield from _members([get_args(kind)[0]])
        elif get_origin(kind) in (Union, types.UnionType):
            yield from _members(list(get_args(kind)))
        elif isinstance(kind, typing.TypeAliasType if hasattr(typing, "TypeAliasType") else ()):
            yield from _members([kind.__value__])
        else:
            yield kind
