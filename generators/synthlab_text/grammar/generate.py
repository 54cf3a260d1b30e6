"""The rows of a grammar: columns, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from synthlab import ClassLabel, Features, GroupLabel, OptionProblem, Records, Rows, Span, Text, Value

from ..noise import Noise, apply
from .compiler import Compiled, compile_grammar
from .conditions import World
from .options import Grammar
from .other_table import looked_up, write_columns
from .planning import asked_columns, drawn_attributes, make_plan
from .reading import Reading, read
from .sizes import Sizes
from .unique import Unique
from .writing import Texts, fill, finished, put_columns, structure, with_strings

__all__ = ["GrammarTexts"]

Ints = npt.NDArray[np.int32]


NO_NOISE = Noise()
MOST_AT_ONCE = 65_536
PARTS_AT_ONCE = 6_000_000
"""What rows that are made at once are made of at most: it bounds the memory."""


class GrammarTexts:
    """A grammar with all that follows from it, worked out when it is first asked for."""

    def __init__(self, options: Grammar, language: str, noise: Noise = NO_NOISE) -> None:
        self.options = options
        self.language = language
        self.noise = noise

    @cached_property
    def reading(self) -> Reading:
        """The grammar as it was read, with everything that is wrong with it."""
        reading = read(self.options)
        if not reading.problems:
            reading.problems += World(reading).problems()
        return reading

    @cached_property
    def compiled(self) -> Compiled:
        """The grammar, compiled."""
        return compile_grammar(self.reading)

    @cached_property
    def sizes(self) -> Sizes:
        """How many different texts there are."""
        return Sizes(self.compiled.world)

    @cached_property
    def unique(self) -> Unique:
        """What it takes to make no text twice."""
        return Unique(self.compiled, self.sizes)

    @property
    def foreign_keys(self) -> tuple[str, ...]:
        """The column that refers to the other table."""
        return () if self.key is None else (self.key,)

    @property
    def default_rows(self) -> int | None:
        """As many as the other table has."""
        return None if self.options.table is None else self.options.table.table.rows

    def problems(self) -> Iterator[OptionProblem]:
        """Yield what is wrong with the grammar."""
        for found in self.reading.problems:
            yield replace(found, path=("grammar", *found.path))
        if self.noise != NO_NOISE:
            for column in self.reading.texts:
                if _clean(column) in self.reading.names.attributes:
                    message = f"{_clean(column)!r} is the column of the texts without noise"
                    path = ("grammar", "attributes", _clean(column))
                    yield OptionProblem(path, message, "another name for the attribute", at_key=True)

    def row_problems(self, rows: int) -> Iterator[OptionProblem]:
        """Yield what stands in the way of so many different texts."""
        if self.options.unique:
            for found in self.unique.problems(rows):
                yield replace(found, path=("grammar", *found.path))

    @property
    def key(self) -> str | None:
        """The column by which the other table's rows are known, where it has one."""
        table = self.options.table.table if self.options.table is not None else None
        return table.generator.keys[0] if table is not None and table.generator.keys else None

    @cached_property
    def features(self) -> Features:
        reading, options = self.reading, self.options
        columns: dict[str, Any] = {column: Text(self.language) for column in reading.texts}
        written = [name for name in reading.names.attributes if name not in options.hidden]
        columns |= {name: ClassLabel(reading.names.attributes[name].values) for name in written}
        labels = written if options.labels is None else list(options.labels)
        if options.spans:
            for column in reading.texts:
                record = {"span": Span(column), "label": ClassLabel(reading.labels), "value": Value("string")}
                columns[self._entities(column)] = Records(record)
                labels.append(self._entities(column))
        if self.key is not None and options.table is not None and self.key not in columns:
            columns[self.key] = options.table.table.features[self.key]
        columns["template"] = GroupLabel(self.compiled.top.names, strata=self._strata())
        clean = [_clean(column) for column in reading.texts if self.noise != NO_NOISE]
        columns |= {name: Text(self.language) for name in clean}
        return Features(columns, labels=tuple(labels), group="template", truth=tuple(clean))

    def _entities(self, column: str) -> str:
        return "entities" if len(self.reading.texts) == 1 else f"{column}_entities"

    def _strata(self) -> tuple[str, ...]:
        """Return for each template the values of the labels that it is for, where these are not all."""
        top, things = self.compiled.top, self.compiled.world.things
        known = [n for n in top.things if not things[n].is_variable and n not in self.options.hidden]
        strata = [""] * len(top.ways)
        for name in known:
            axis = 1 + top.things.index(name)
            others = tuple(i for i in range(1, top.chances.ndim) if i != axis)
            possible: Any = (top.chances > 0).any(axis=others)
            for place, states in enumerate(possible):
                if not states.all():
                    values = [self.reading.names.attributes[name].values[i] for i in np.flatnonzero(states)]
                    strata[place] = " ".join(filter(None, [strata[place], f"{name}: {', '.join(values)}"]))
        return tuple(strata)

    def generate(self, rows: Rows) -> pa.RecordBatch:
        """Return these rows; very many of them in parts, since the places of all their characters are counted
        in 32 bits."""
        at_once = min(MOST_AT_ONCE, max(64, PARTS_AT_ONCE // max(1, self.reading.parts)))
        if len(rows) > at_once:
            parts = [self.generate(part) for part in _parts(rows, at_once)]
            return pa.Table.from_batches(parts).combine_chunks().to_batches()[0]
        reading, compiled = self.reading, self.compiled
        if self.options.unique:
            return self._batch(rows, *self.unique.write(rows), {})
        attributes = drawn_attributes(reading, rows)
        table: dict[str, pa.Array] = {}
        reference = self.options.table
        if reference is not None:
            wanted = asked_columns(reading, [name for name, _ in compiled.columns])
            names = list(dict.fromkeys([*wanted, *filter(None, [self.key])]))
            table = looked_up(reference.table, rows.numbers, names, rows.seed)
        asked = {f"{reading.names.table_name}_{name}": values for name, values in table.items()}
        plan = make_plan(compiled, rows, attributes, asked)
        made = structure(compiled, plan)
        fill(compiled, plan, made)
        strings = compiled.program.strings
        if compiled.columns:
            written = write_columns(table, compiled.columns, len(strings.lengths), len(rows))
            put_columns(compiled, made, written)
            strings = with_strings(strings, written)
        texts = finished(compiled, made, len(rows), strings)
        return self._batch(rows, attributes, made.template, texts, table)

    def _batch(
        self, rows: Rows, attributes: Ints, template: Ints, texts: list[Texts], table: dict[str, pa.Array]
    ) -> pa.RecordBatch:
        features, columns, count = self.features, dict[str, Any](), len(rows)
        for name, made in zip(self.reading.texts, texts, strict=True):
            if self.noise != NO_NOISE:
                columns[_clean(name)] = made.texts
                made = _noisy(made, self.noise, self.language, rows.within(name))
            columns[name] = made.texts
            if self.options.spans:
                entities = features[self._entities(name)]
                assert isinstance(entities, Records)
                offsets = np.zeros(count + 1, np.int64)
                np.cumsum(np.bincount(made.span_rows, minlength=count), out=offsets[1:])
                values = {"span": made.spans, "label": made.labels, "value": made.values}
                columns[self._entities(name)] = entities.columns(offsets, values)
        for name, values in zip(self.reading.names.attributes, attributes, strict=True):
            if name not in self.options.hidden:
                columns[name] = values
        if self.key is not None and self.key in features.columns:
            columns[self.key] = table[self.key]
        columns["template"] = template
        return features.batch({name: columns[name] for name in features.columns})


def _clean(column: str) -> str:
    return f"{column}_clean"


def _noisy(made: Texts, noise: Noise, language: str, rows: Rows) -> Texts:
    """Return texts as careless writers put them, each labeled string where it then stands."""
    spans = [(made.span_rows.astype(np.int64), made.spans.astype(np.int64))]
    unknown = np.full(len(rows), -1)
    texts, moved = apply(noise, language, made.texts, spans, rows, unknown)
    return replace(made, texts=texts, spans=moved[0].astype(np.int32))


def _parts(rows: Rows, at_once: int) -> Iterator[Rows]:
    for first in range(0, len(rows), at_once):
        last = min(first + at_once, len(rows))
        if rows.picked is None:
            yield rows.slice(rows.start + first, rows.start + last)
        else:
            yield rows.at(rows.picked[first:last])
