"""Say in plain words what pydantic found: where in the file, what fits, and what was probably meant."""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, ValidationError
from pydantic.fields import FieldInfo

from .problems import MOST_TOLD, Path, label, shown
from .suggest import did_you_mean, meant, meant_date, meant_number, meant_share

__all__ = ["Finding", "choice", "explain", "unknown_key", "without_echoes"]

_EXPECTED = {
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "finite_number": "a finite number",
    "string": "text",
    "bool": "true or false",
    "int_parsing_size": "a smaller whole number",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "dict": "a mapping",
    "mapping": "a mapping",
    "model": "a mapping",
    "none_required": "left out",
    "date": "a date such as 2024-12-31",
    "datetime": "a time such as 2024-12-31T18:30:00",
    "time": "a time of day such as 18:30",
}

_KIND_END = re.compile(r"_(type|parsing|from_|attributes).*")

_LIMITS = {
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "multiple_of": "a multiple of {multiple_of}",
}

_SIZES = {
    "too_short": "must have at least {min_length} items, not {actual_length}",
    "too_long": "must have at most {max_length} items, not {actual_length}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
}

_MOST_LISTED = 15


@dataclass(frozen=True)
class Finding:
    """A problem that has no place yet: at the key or the value that `path` leads to.

    `fits` says what the value must be when it is of the wrong kind altogether, and `instead` where an
    unknown key was meant to be. `offset` and `length` point inside a text.
    """

    path: Path
    message: str
    hint: str = ""
    at_key: bool = False
    fits: str = ""
    unknown: bool = False
    missing: bool = False
    instead: Path | None = None
    offset: int | None = None
    length: int = 1


def explain(error: ValidationError, model: type[BaseModel], data: Any, start: Path = ()) -> list[Finding]:
    """Return what is wrong with `data`, which stands at `start` in the document."""
    errors = error.errors(include_url=False)[:MOST_TOLD]
    findings = _united([_finding(details, model, data, start) for details in errors])
    return _a_level_deeper(findings, model, start)


def unknown_key(path: Path, known: Iterable[str]) -> Finding:
    """Return the finding of a key that is not known, with the one that was probably meant."""
    key, names = str(path[-1]), tuple(known)
    near = meant(key, names)
    few = f"known keys are: {', '.join(names)}" if 0 < len(names) <= _MOST_LISTED else ""
    instead = (*path[:-1], near) if near is not None else None
    hint = did_you_mean(near) or few
    return Finding(path, f"unknown key {shown(key)}", hint, at_key=True, unknown=True, instead=instead)


def choice(path: Path, found: object, known: Sequence[str], what: str = "") -> Finding:
    """Return the finding of a value that is not one of the known names."""
    near = meant(found, tuple(known)) if isinstance(found, str) else None
    few = f"known are: {', '.join(known) or 'none'}" if len(known) <= _MOST_LISTED else ""
    message = f"{what or label(path)} {shown(found)} is not known"
    return Finding(path, message, did_you_mean(near) or few)


def _finding(details: Mapping[str, Any], model: type[BaseModel], data: Any, start: Path) -> Finding:
    kind, loc, found = details["type"], tuple(details["loc"]), details["input"]
    context = details.get("ctx", {})
    path = (*start, *_path(data, loc))
    name = label(path)
    if loc and loc[-1] == "[key]":
        if kind in ("literal_error", "enum"):
            known = _quoted(context["expected"])
            # A list of names that is taken for a mapping: the item is what was misspelt.
            item = path and isinstance(path[-1], int)
            return choice(path, loc[-2], known) if item else unknown_key(path, known)
        what = context["error"] if kind == "value_error" else _plain(details, "it")
        return Finding(path, f"the key {shown(loc[-2])}: {what}", at_key=True)
    match kind:
        case "missing":
            return _missing((*path, loc[-1]), _example(model, loc))
        case "extra_forbidden":
            finding = unknown_key(path, _fields(model, loc[:-1]))
            # `{expression: max(a, b)}` ends at the comma, and leaves `b)` as a key without a value.
            torn = found is None and finding.instead is None and not str(path[-1]).isidentifier()
            return replace(finding, hint="text with a comma in it must be quoted") if torn else finding
        case "union_tag_invalid" | "union_tag_not_found":
            return _wrong_tag(path, found, context)
        case "literal_error" | "enum":
            known = _quoted(context["expected"])
            near = meant(found, tuple(known)) if isinstance(found, str) else None
            expected = f"one of {', '.join(known)}" if len(known) > 1 else context["expected"]
            return _mismatch(path, expected, found, did_you_mean(near))
        case "value_error" | "assertion_error":
            return Finding(path, str(context["error"]))
    expected = _EXPECTED.get(kind) or _EXPECTED.get(_KIND_END.sub("", kind))
    if expected is None:
        return Finding(path, _plain(details, name), meant_share(found, context.get("le")))
    if expected == "a mapping" and _takes_lists(model, loc):
        expected = "a list or a mapping"
    hint = meant_number(found) if "number" in expected else meant_date(found) if "date" in expected else ""
    return _mismatch(path, expected, found, hint)


def _plain(details: Mapping[str, Any], name: str) -> str:
    """Return what is wrong with a value of the right kind."""
    kind, found, context = details["type"], shown(details["input"]), details.get("ctx", {})
    if kind in _LIMITS:
        limits = {key: _limit(limit) for key, limit in context.items()}
        return f"{name} must be {_LIMITS[kind].format(**limits)}, not {found}"
    if kind in _SIZES:
        return f"{name} {_SIZES[kind].format(**context)}"
    if kind == "string_pattern_mismatch":
        return f"{name} must have the form {context['pattern']}, not {found}"
    message = re.sub(r"^(Input|Value|String) should ", f"{name} must ", str(details["msg"]))
    return message if message.startswith(name) else f"{name}: {message[:1].lower()}{message[1:]}"


def _limit(limit: object) -> str:
    """Return a limit as text: a number, or a date, which comes as text."""
    return f"{limit:,}".removesuffix(".0") if isinstance(limit, (int, float)) else str(limit)


def _missing(path: Path, hint: str = "") -> Finding:
    where = f" in {label(path[:-1])}" if len(path) > 1 else ""
    what = "item" if isinstance(path[-1], int) else "key"
    return Finding(path, f"missing {what} {path[-1]!r}{where}", hint, at_key=True, missing=True)


def _mismatch(path: Path, expected: str, found: object, hint: str = "") -> Finding:
    return Finding(path, f"{label(path)} must be {expected}, not {shown(found)}", hint, fits=expected)


def _wrong_tag(path: Path, found: Any, context: Mapping[str, Any]) -> Finding:
    """Explain a mapping whose `kind`, or what the discriminator is called, is missing or unknown."""
    key = str(context["discriminator"]).strip("'")
    if not isinstance(found, dict):
        return _mismatch(path, "a mapping", found)
    if key not in found:
        return _missing((*path, key))
    return choice((*path, key), found[key], _quoted(context.get("expected_tags", "")))


def _a_level_deeper(findings: Sequence[Finding], model: type[BaseModel], start: Path) -> list[Finding]:
    """Say of unknown keys where one mapping is missing that they belong under it."""
    named = {f.instead for f in findings}
    missing = {f.path[:-1]: f.path for f in findings if f.missing and f.path not in named}
    result = []
    for finding in findings:
        path = missing.get(finding.path[:-1]) if finding.unknown else None
        if path and any(get_origin(kind) is dict for kind in _types(model, path[len(start) :])):
            finding = replace(finding, hint=f"it belongs under {path[-1]!r}", instead=path)
        result.append(finding)
    return result


def _united(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings with those of a union's members joined: "must be text or a number"."""
    mismatches: dict[Path, list[Finding]] = {}
    # A value that breaks a rule is of the right kind; the other members of the union have no say.
    kept = {finding.path for finding in findings if not finding.fits}
    findings = [finding for finding in findings if not (finding.fits and finding.path in kept)]
    for finding in findings:
        if finding.fits:
            mismatches.setdefault(finding.path, []).append(finding)
    result: list[Finding] = []
    for finding in dict.fromkeys(findings):
        same = mismatches.get(finding.path, [])
        if not finding.fits or len(same) == 1:
            result.append(finding)
        elif finding is same[0]:
            fits = " or ".join(dict.fromkeys(other.fits for other in same))
            hint = next((other.hint for other in same if other.hint), "")
            message = finding.message.replace(finding.fits, fits, 1)
            result.append(replace(finding, message=message, hint=hint))
    return result


def without_echoes(findings: Sequence[Finding]) -> list[Finding]:
    """Leave out what only repeats another finding.

    A value that has faults inside is of the right kind: that it is no text, say, is the other member of a
    union. And where an unknown key was meant to be the one that is missing, one mistake was made.
    """
    inside = {f.path[:i] for f in findings for i in range(len(f.path))}
    meant = {f.instead for f in findings}
    return [f for f in findings if not ((f.fits and f.path in inside) or (f.missing and f.path in meant))]


def _path(data: Any, loc: Sequence[str | int]) -> Path:
    """Return the part of pydantic's location that is in the data; tags of unions and the like are not."""
    path: list[str | int] = []
    for number, part in enumerate(loc):
        if isinstance(data, dict) and _is_tag(data, part, loc[number + 1 :]):
            continue
        if isinstance(data, dict) and str(part) in data:
            path.append(str(part))
            data = data[str(part)]
        elif isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data):
            path.append(part)
            data = data[part]
        elif isinstance(data, list) and part in data:
            path.append(data.index(part))
            data = part
    return tuple(path)


def _is_tag(data: Mapping[str, Any], part: str | int, rest: Sequence[str | int]) -> bool:
    """Return whether a part is the tag of a union though a key has that name: `kind: expression`.

    What follows is then a key beside it, not one inside it.
    """
    value = data.get(str(part))
    return bool(rest) and part in data.values() and not isinstance(value, dict | list) and rest[0] in data


def _fields(model: type[BaseModel], loc: Sequence[str | int]) -> tuple[str, ...]:
    """Return the keys that are known at a location."""
    models = [kind for kind in _types(model, loc) if _is_model(kind)]
    return tuple(dict.fromkeys(_name(*item) for kind in models for item in kind.model_fields.items()))


def _example(model: type[BaseModel], loc: Sequence[str | int]) -> str:
    """Return the first example that the missing field declares."""
    for kind in _types(model, loc[:-1]):
        for name, field in kind.model_fields.items() if _is_model(kind) else ():
            if _name(name, field) == loc[-1] and field.examples:
                return f"for example '{loc[-1]}: {field.examples[0]}'"
    return ""


def _takes_lists(model: type[BaseModel], loc: Sequence[str | int]) -> bool:
    """Return whether a field says that it makes its mapping from a list too."""
    for kind in _types(model, loc[:-1]):
        for name, field in kind.model_fields.items() if _is_model(kind) else ():
            if loc and _name(name, field) == loc[-1]:
                inputs = (getattr(m, "json_schema_input_type", None) for m in field.metadata)
                return any(get_origin(kind) is list for taken in inputs for kind in _members(taken))
    return False


def _types(model: type[BaseModel], loc: Sequence[str | int]) -> list[Any]:
    """Return the types that a value at a location may have."""
    kinds: list[Any] = list(_members(model))
    for part in loc:
        # A part that leads nowhere is the name of a validator or of a built-in type in a union.
        kinds = [inner for kind in kinds for inner in _step(kind, part)] or kinds
    return kinds


def _members(annotation: Any) -> Iterator[Any]:
    """Yield the members of a union, or the type itself."""
    origin = get_origin(annotation)
    if hasattr(annotation, "__value__"):  # `type Name = ...` of Python 3.12
        yield from _members(annotation.__value__)
    elif origin is Annotated:
        yield from _members(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    elif isinstance(annotation, type) and issubclass(annotation, RootModel):
        yield from _members(annotation.model_fields["root"].annotation)
    else:
        yield annotation


def _step(kind: Any, part: str | int) -> Iterator[Any]:
    """Yield the types one part further on."""
    if _is_model(kind):
        for name, field in kind.model_fields.items():
            if _name(name, field) == part:
                yield from _members(field.annotation)
            elif get_origin(field.annotation) is Literal and part in get_args(field.annotation):
                yield kind
        if kind.__name__ == part:
            yield kind
    elif isinstance(get_origin(kind), type) and issubclass(get_origin(kind), Mapping):
        yield from _members(get_args(kind)[1])
    elif isinstance(part, int):
        for item in get_args(kind):
            yield from _members(item)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _name(name: str, field: FieldInfo) -> str:
    """Return what a field is called in a schema file."""
    return field.validation_alias if isinstance(field.validation_alias, str) else name


def _quoted(text: str) -> list[str]:
    """Return the names in quotes of a list such as `'a', 'b' or 'c'`."""
    return re.findall(r"'([^']*)'", text)
