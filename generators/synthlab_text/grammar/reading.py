"""Read the options of a grammar: its names, its phrases, its conditions, and all that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pyarrow as pa

from synthlab import ClassLabel, OptionProblem, Table, Text, Value
from synthlab.errors import did_you_mean
from synthlab.expressions import Expression, ExpressionError, compile

from .lexicons import Lexicon, LexiconError
from .lexicons import read as read_lexicon
from .measures import length_of, levels_of, parts_of
from .notation import PhraseError
from .options import NAME, Alternative, Grammar, Variable
from .resolve import Resolver
from .tree import Rule, Way

__all__ = ["AttributeValues", "Condition", "Names", "Reading", "read"]

MOST_LABELS = 20
MOST_LEVELS = 56
MOST_WORDS = 200_000
MOST_TIES = 12
MOST_CHARACTERS = 10_000
MOST_PARTS = 2_000
OTHERWISE = "otherwise"
"""The condition that holds where no other one of the rule does."""
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class AttributeValues:
    """The values of an attribute with their weights."""

    values: tuple[str, ...]
    weights: tuple[Fraction, ...]


@dataclass(frozen=True)
class Condition:
    """When an alternative may be used. `dynamic` ones read the row of another table."""

    expression: Expression
    path: Path
    dynamic: bool
    otherwise: bool = False
    """Whether it holds where no other condition of its rule does."""


@dataclass(frozen=True)
class Names:
    """Everything that a slot may name."""

    attributes: Mapping[str, AttributeValues]
    lexicons: Mapping[str, Lexicon]
    variables: Mapping[str, Variable]
    rules: Mapping[str, object]
    table_name: str | None
    columns: Mapping[str, pa.DataType]

    @property
    def every(self) -> tuple[str, ...]:
        """All names, those that are most often meant first."""
        own = (*self.rules, *self.variables, *self.lexicons, *self.attributes)
        return own if self.table_name is None else (*own, self.table_name)

    def types(self) -> dict[str, pa.DataType]:
        """Return what conditions may ask about."""
        types = dict.fromkeys(self.attributes, pa.string())
        for name, variable in self.variables.items():
            types[name] = pa.string()
            for key, kind in key_types(self.lexicons[variable.lexicon]).items():
                types[f"{name}_{key}"] = kind
        types |= {f"{self.table_name}_{name}": kind for name, kind in self.columns.items()}
        return types


@dataclass
class Reading:
    """A grammar that was read; `problems` is what is wrong with it."""

    options: Grammar
    names: Names
    texts: dict[str, str]
    rules: dict[str, Rule] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)
    labels: tuple[str, ...] = ()
    """What spans are labeled as; the bit of label i is `1 << i`."""
    problems: list[OptionProblem] = field(default_factory=list)
    parts: int = 0
    """How many things a row is made of at most."""


def key_types(lexicon: Lexicon) -> dict[str, pa.DataType]:
    """Return the further keys of a lexicon's entries, and their types."""
    found: dict[str, set[type]] = {"number": {str}}
    for term in lexicon.terms:
        for key, value in term.forms.items():
            found.setdefault(key, set()).add(type(value))
    types = {}
    for key, kinds in found.items():
        if kinds == {bool}:
            types[key] = pa.bool_()
        elif kinds <= {int, float}:
            types[key] = pa.int64() if kinds == {int} else pa.float64()
        else:
            types[key] = pa.string()
    return types


def read(options: Grammar) -> Reading:
    """Return a grammar with its names resolved, and the problems on the way."""
    problems: list[OptionProblem] = []
    lexicons: dict[str, Lexicon] = {}
    for name, entries in options.lexicons.items():
        try:
            lexicons[name] = read_lexicon(name, entries)
        except LexiconError as error:
            found = error.problem
            path = ("lexicons", name, *found.path)
            problems.append(OptionProblem(path, found.message, found.hint, found.offset))
            lexicons[name] = read_lexicon(name, [name])  # so that its slots are not told as well
        if sum(len(lexicon.terms) for lexicon in lexicons.values()) > MOST_WORDS:
            message = f"with this lexicon there are more than {MOST_WORDS:,} words in all"
            problems.append(OptionProblem(("lexicons", name), message, "use patterns", at_key=True))
            break
    attributes = {}
    for name, values in options.attributes.items():
        weights = dict.fromkeys(values, 1.0) if isinstance(values, list) else values
        if not weights or (isinstance(values, list) and len(weights) != len(values)):
            problems.append(
                OptionProblem(("attributes", name), "an attribute has different values, at least one")
            )
            weights = weights or {"": 1.0}
        exact = tuple(Fraction(repr(float(weight))) for weight in weights.values())
        attributes[name] = AttributeValues(tuple(weights), exact)
    variables: dict[str, Variable] = {}
    ties = 0
    for name, given in options.variables.items():
        variable = given if isinstance(given, Variable) else Variable(lexicon=given)
        wrong = _variable_problem(name, variable, given, lexicons, variables)
        if wrong is None:
            variables[name] = variable
            ties += len(
                [variable.other_than] if isinstance(variable.other_than, str) else variable.other_than
            )
            if ties > MOST_TIES and variable.other_than:
                wrong = OptionProblem(
                    ("variables", name, "other_than"), f"more than {MOST_TIES} variables differ"
                )
                problems.append(wrong)
        else:
            problems.append(wrong)
    table = options.table.table if options.table is not None else None
    names = Names(
        attributes, lexicons, variables, options.rules, table.name if table else None, _columns(table)
    )
    texts = dict(options.texts) or {"text": "start"}
    reading = Reading(options, names, texts, problems=problems)
    problems += _clashes(options, names)
    if not problems:
        problems += _texts_and_labels(reading)
        _read_rules(reading)
    if not problems:
        problems += _structure(reading)
    return reading


def _variable_problem(
    name: str, variable: Variable, given: Any, lexicons: Mapping[str, Lexicon], known: Mapping[str, Variable]
) -> OptionProblem | None:
    path: Path = ("variables", name)
    at = (*path, "lexicon") if isinstance(given, Variable) and given.model_fields_set != {"lexicon"} else path
    if variable.lexicon not in lexicons:
        hint = (
            did_you_mean(variable.lexicon, lexicons).strip() or f"there are {', '.join(lexicons) or 'none'}"
        )
        return OptionProblem(at, f"there is no lexicon {variable.lexicon!r}", hint)
    if lexicons[variable.lexicon].pattern is not None:
        hint = "say by `count` how many different ones of the pattern there are"
        return OptionProblem(at, f"lexicon {variable.lexicon!r} is a pattern, not a list", hint)
    others = [variable.other_than] if isinstance(variable.other_than, str) else variable.other_than
    for other in others:
        if other not in known:
            hint = did_you_mean(other, known).strip() or "a variable differs from those above it"
            return OptionProblem((*path, "other_than"), f"there is no variable {other!r} above", hint)
        if known[other].lexicon != variable.lexicon:
            message = f"{other!r} is of another lexicon, {known[other].lexicon!r}"
            return OptionProblem((*path, "other_than"), message, "they differ anyway, or leave it out")
    alike = sum(1 for v in known.values() if v.lexicon == variable.lexicon)
    if others and len(lexicons[variable.lexicon].terms) <= alike:
        message = f"lexicon {variable.lexicon!r} has too few words for {alike + 1} variables that differ"
        return OptionProblem((*path, "other_than"), message, "give it more")
    return None


def _columns(table: Table | None) -> dict[str, pa.DataType]:
    """Return the columns of the other table that can be written, and the types that conditions see."""
    found: dict[str, pa.DataType] = {}
    if table is not None:
        for name, feature in table.features.columns.items():
            if isinstance(feature, ClassLabel):
                found[name] = pa.string()
            elif isinstance(feature, Text) or (isinstance(feature, Value) and feature.dtype != "binary"):
                found[name] = feature.arrow
    return found


def _clashes(options: Grammar, names: Names) -> Iterator[OptionProblem]:
    seen: dict[str, str] = {}
    for section in ("attributes", "lexicons", "variables", "rules"):
        for name in getattr(options, section):
            if name == "a":
                yield OptionProblem((section, name), "{a} is the article", "choose another name", at_key=True)
            if name in seen or name == names.table_name:
                message = f"{name!r} is a name of {seen.get(name, 'a table')} already"
                yield OptionProblem((section, name), message, "each name means one thing", at_key=True)
            seen[name] = section


def _texts_and_labels(reading: Reading) -> Iterator[OptionProblem]:
    options, names = reading.options, reading.names
    for column, start in reading.texts.items():
        if start not in options.rules:
            hint = did_you_mean(start, options.rules).strip() or f"rules are {', '.join(options.rules)}"
            if options.texts:
                yield OptionProblem(("texts", column), f"there is no rule {start!r}", hint)
            else:
                yield OptionProblem(
                    ("rules",), "there is no rule 'start'", "name the first rule so, or use `texts`"
                )
        if not re.match(NAME, column) or column in (*options.attributes, "template"):
            yield OptionProblem(("texts", column), f"another column is called {column!r}", at_key=True)
    for key in ("labels", "hidden"):
        for place, name in enumerate(getattr(options, key) or ()):
            if name not in names.attributes:
                hint = did_you_mean(name, names.attributes).strip() or "attributes are " + (
                    ", ".join(names.attributes) or "none"
                )
                yield OptionProblem((key, place), f"there is no attribute {name!r}", hint)
            elif key == "labels" and name in options.hidden:
                yield OptionProblem((key, place), f"{name!r} is hidden, so no model can learn it")
    if options.unique and options.table is not None:
        hint = "leave `unique` out: texts about different rows differ by these"
        yield OptionProblem(("unique",), "texts about another table are not counted", hint, at_key=True)
    if "template" in options.attributes:
        yield OptionProblem(
            ("attributes", "template"), "the column 'template' says which rule made a text", at_key=True
        )
    for name in options.attributes:
        if options.spans and (name == "entities" or name.endswith("_entities")):
            message = f"the column {name!r} has the places of the spans"
            yield OptionProblem(("attributes", name), message, "another name for the attribute", at_key=True)
    reading.labels = tuple(dict.fromkeys(options.spans.values()))
    if len(reading.labels) > MOST_LABELS:
        yield OptionProblem(("spans",), f"{len(reading.labels)} labels are more than {MOST_LABELS}")
    known = [name for name in names.every if name != names.table_name]
    for name in options.spans:
        if name not in known:
            hint = did_you_mean(name, known).strip()
            yield OptionProblem(("spans", name), f"nothing is called {name!r}", hint, at_key=True)


def _read_rules(reading: Reading) -> None:
    """Resolve all phrases and compile all conditions."""
    options, problems = reading.options, reading.problems
    bits = {label: 1 << number for number, label in enumerate(reading.labels)}
    resolver = Resolver(reading.names, {name: bits[label] for name, label in options.spans.items()})
    types = reading.names.types()
    dynamic = {f"{reading.names.table_name}_{name}" for name in reading.names.columns}
    for name, given in options.rules.items():
        ways: list[Way] = []
        calls: dict[str, tuple[int, int]] = {}
        listed = [given] if isinstance(given, str) else given
        if not listed:
            problems.append(OptionProblem(("rules", name), "a rule needs something to say"))
        for place, alternative in enumerate(listed):
            path: Path = ("rules", name) if isinstance(given, str) else ("rules", name, place)
            text, weight, when = (
                (alternative.text, alternative.weight, alternative.when)
                if isinstance(alternative, Alternative)
                else (alternative, 1.0, None)
            )
            inside = (*path, "text") if isinstance(alternative, Alternative) else path
            try:
                items = resolver.phrase(text)
            except PhraseError as error:
                problems.append(OptionProblem(inside, error.message, error.hint, error.offset, error.length))
                continue
            for called, span in resolver.calls.items():
                calls.setdefault(called, span)
            conditions: tuple[int, ...] = ()
            if when is not None:
                try:
                    expression = compile(_otherwise(listed) if when == OTHERWISE else when, types)
                    if expression.type != pa.bool_():
                        raise ExpressionError(
                            "a condition is true or false", when, 0, len(when), "compare it"
                        )
                except ExpressionError as error:
                    at = (*path, "when")
                    problems.append(OptionProblem(at, error.message, error.hint, error.offset, error.length))
                    continue
                conditions = (len(reading.conditions),)
                is_dynamic = bool(expression.names & dynamic)
                at = (*path, "when")
                reading.conditions.append(Condition(expression, at, is_dynamic, when == OTHERWISE))
            ways.append(Way(items, Fraction(repr(weight)), conditions, inside, name))
        reading.rules[name] = Rule(name, tuple(ways), calls)
    for name in options.spans:
        if name not in resolver.used and not problems:
            problems.append(OptionProblem(("spans", name), f"no phrase has a slot {{{name}}}", at_key=True))


def _otherwise(alternatives: Sequence[str | Alternative]) -> str:
    """Return the condition that no condition of the alternatives holds."""
    found = {a.when for a in alternatives if isinstance(a, Alternative) and a.when is not None} - {OTHERWISE}
    # A condition about what is missing does not hold.
    any_of = " or ".join(f"coalesce(({other}), False)" for other in sorted(found))
    return f"not ({any_of or 'False'})"


def _structure(reading: Reading) -> Iterator[OptionProblem]:
    """Yield rules that lead back to themselves or that nothing leads to."""
    rules = reading.rules
    state: dict[str, int] = {}
    depth: dict[str, int] = {}
    lengths: dict[str, int] = {}
    parts: dict[str, int] = {}
    circles: list[OptionProblem] = []

    def visit(name: str, trail: tuple[str, ...]) -> None:
        state[name] = 1
        for called in rules[name].calls:
            if state.get(called) == 1:
                way, offset, length = _where(reading, name, called)
                circle = " -> ".join([*trail[trail.index(called) :], called])
                message = f"this leads back to rule {called!r} without an end: {circle}"
                circles.append(
                    OptionProblem(way, message, "repeat by [parts that may be left out]", offset, length)
                )
            elif called not in state and len(trail) < MOST_LEVELS:
                visit(called, (*trail, called))
            elif called not in state:
                way, offset, length = _where(reading, name, called)
                circles.append(
                    OptionProblem(way, f"rules lie more than {MOST_LEVELS} deep", "", offset, length)
                )
        state[name] = 2
        depth[name] = 1 + max((levels_of(way.items, depth) for way in rules[name].ways), default=0)
        lengths[name] = max((length_of(way.items, lengths) for way in rules[name].ways), default=0)
        parts[name] = max((parts_of(way.items, parts) for way in rules[name].ways), default=0)

    for start in reading.texts.values():
        if start not in state:
            visit(start, (start,))
    yield from circles
    if circles:
        return
    for name in rules:
        if name not in state:
            hint = "name it in a phrase that is reached, or leave it out"
            yield OptionProblem(("rules", name), f"nothing leads to rule {name!r}", hint, at_key=True)
    for name in state:
        if depth[name] > MOST_LEVELS:
            message = f"rules and parts lie more than {MOST_LEVELS} deep"
            yield OptionProblem(("rules", name), message, at_key=True)
            return
    reading.parts = sum(parts[start] for start in reading.texts.values())
    for name in reversed(state):
        if parts[name] > MOST_PARTS:
            message = f"this may choose {parts[name]:,} times, more than {MOST_PARTS:,}"
            yield OptionProblem(("rules", name), message, "let rules name each other less often", at_key=True)
            return
        if lengths[name] > MOST_CHARACTERS:
            message = f"this may have {lengths[name]:,} characters, more than {MOST_CHARACTERS:,}"
            yield OptionProblem(("rules", name), message, "let rules name each other less often", at_key=True)
            return


def _where(reading: Reading, name: str, called: str) -> tuple[Path, int, int]:
    """Return the phrase of a rule that names another, and where in it."""
    pattern = re.compile(r"\{\s*" + re.escape(called) + r"\s*\}")
    given = reading.options.rules[name]
    for place, alternative in enumerate([given] if isinstance(given, str) else given):
        text = alternative.text if isinstance(alternative, Alternative) else alternative
        path: Path = ("rules", name) if isinstance(given, str) else ("rules", name, place)
        if match := pattern.search(text):
            inside = (*path, "text") if isinstance(alternative, Alternative) else path
            return inside, match.start(), match.end() - match.start()
    return ("rules", name), 0, 1
