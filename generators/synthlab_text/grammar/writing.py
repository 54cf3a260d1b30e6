"""From what each row means to its texts, and where in them the labeled words stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..engine import Expansion, expand, finish
from ..engine.strings import EMPTY, Strings
from .chance import again, below
from .compiler import Compiled, Kind
from .other_table import Written

__all__ = ["Plan", "Structure", "Texts", "fill", "finished", "structure"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Plan:
    """What is decided of each row before a word is chosen: shape `(rows,)` each."""

    attributes: Ints
    """The value of each attribute: shape `(attributes, rows)`."""
    variables: Ints
    """The entry of each variable: shape `(variables, rows)`."""
    cases: Ints
    """The case of the top, then of each rule with conditions: shape `(1 + rules, rows)`."""
    words: Words
    """64 random bits."""

    def take(self, rows: Any) -> Plan:
        """Return the plan of some of the rows."""
        return Plan(self.attributes[:, rows], self.variables[:, rows], self.cases[:, rows], self.words[rows])


@dataclass(frozen=True)
class Structure:
    """Texts with their words left blank: strings by number, one row after another."""

    codes: Ints
    rows: Ints
    tags: Ints
    template: Ints
    """Of each row."""
    at: Numbers
    """The places of blanks among the strings."""
    blanks: Ints
    """The blank at each of them."""


@dataclass(frozen=True)
class Texts:
    """One text column: its texts, and the labeled words in the order of the texts."""

    texts: pa.StringArray
    span_rows: Ints
    spans: Ints
    """Start and end in code points, shape `(spans, 2)`."""
    labels: Ints
    values: pa.StringArray


def structure(compiled: Compiled, plan: Plan) -> Structure:
    """Choose the alternatives of each row."""
    case, choices = plan.cases[0], compiled.templates
    picked = below(again(plan.words, 0), choices.count[case])
    template = choices.members[choices.first[case] + picked]
    count = len(plan.words)
    attributes = np.zeros((2 + len(compiled.cases) - 1, count), np.int32)
    attributes[1] = template
    attributes[2:] = plan.cases[1:]
    made = expand(compiled.program, "texts", attributes, np.arange(count, dtype=np.int32), plan.words)
    blank = compiled.blanks.number[made.codes]
    at = np.flatnonzero(blank >= 0)
    rows = np.arange(count, dtype=np.int32).repeat(made.counts)
    tags = np.zeros(len(made.codes), np.int32)
    tags[made.tagged] = made.tags
    return Structure(made.codes, rows, tags, template, at, blank[at])


def fill(compiled: Compiled, plan: Plan, made: Structure, column_first: Ints | None = None) -> None:
    """Put a word into each blank, drawn where it stands, in place."""
    blanks, chosen = compiled.blanks, made.blanks
    kind, row = blanks.kind[chosen], made.rows[made.at]
    code = np.zeros(len(chosen), np.int32)
    where = np.flatnonzero(kind == Kind.FILL)
    starts = np.searchsorted(made.rows, np.arange(len(plan.words)))
    if len(where):
        blank, rows = chosen[where], row[where]
        place = (made.at[where] - starts[rows]).astype(np.uint64)
        picked = below(again(plan.words[rows], place + np.uint64(7)), blanks.drawn_count[blank])
        code[where] = blanks.drawn[blanks.drawn_first[blank] + picked]
    fill_the_rest(compiled, plan, made, code, kind, row)
    made.codes[made.at] = code


def fill_the_rest(compiled: Compiled, plan: Plan, made: Structure, code: Ints, kind: Ints, row: Ints) -> None:
    """Put in what does not depend on chance any more: variables, attributes, the row of another table."""
    blanks = compiled.blanks
    for which, values in ((Kind.VARIABLE, plan.variables), (Kind.ATTRIBUTE, plan.attributes)):
        where = np.flatnonzero(kind == which)
        if len(where):
            blank = made.blanks[where]
            code[where] = blanks.members[blanks.first[blank] + values[blanks.owner[blank], row[where]]]


def put_columns(compiled: Compiled, made: Structure, written: Written) -> None:
    """Put the values of the other table's rows in, in place."""
    kind = compiled.blanks.kind[made.blanks]
    where = np.flatnonzero(kind == Kind.COLUMN)
    at = made.at[where]
    made.codes[at] = written.codes[compiled.blanks.owner[made.blanks[where]], made.rows[at]]


def finished(compiled: Compiled, made: Structure, count: int, strings: Strings | None = None) -> list[Texts]:
    """Return the text columns of `count` rows."""
    strings = strings or compiled.program.strings
    columns = len(compiled.reading.texts)
    if columns == 1:
        return [_column(compiled, strings, made.codes, made.rows, made.tags, count)]
    border = compiled.blanks.kind[made.blanks] == Kind.BORDER
    step = np.zeros(len(made.codes), np.int32)
    step[made.at[border]] = 1
    # Each row has as many borders, so the borders before it are those of the rows before.
    column = np.cumsum(step, dtype=np.int32) - made.rows * np.int32(columns - 1)
    result = []
    for number in range(columns):
        own = np.flatnonzero((column == number) & (step == 0))
        result.append(_column(compiled, strings, made.codes[own], made.rows[own], made.tags[own], count))
    return result


def _column(compiled: Compiled, strings: Strings, codes: Ints, rows: Ints, tags: Ints, count: int) -> Texts:
    tagged = np.flatnonzero(tags)
    values = strings.past[codes[tagged]]  # what is kept there is the value of a word
    if compiled.reading.options.capitals:
        _end_sentences(compiled, codes, rows)
    counts = np.bincount(rows, minlength=count).astype(np.int32)
    expansion = Expansion(codes, counts, tagged, tags[tagged], rows[tagged])
    every = np.arange(count)
    done = finish(strings, expansion, every, capitals=compiled.reading.options.capitals)
    if not compiled.reading.labels:
        nothing = np.empty(0, np.int32)
        return Texts(done.texts, nothing, nothing.reshape(0, 2), nothing, pa.array([], pa.string()))
    starts = np.zeros(len(codes) + 1, np.int32)
    np.cumsum(strings.lengths.take(codes), out=starts[1:])  # the codes have their marks and capitals now
    firsts, ends, spans, labels, row = [], [], [], [], []
    for number in range(len(compiled.reading.labels)):
        at, first, last = _runs(tagged, tags, rows, 1 << number)
        span_row = rows[at[first]] if len(at) else np.empty(0, np.int32)
        start = starts[at[first]] - done.row_starts[span_row] if len(at) else np.empty(0, np.int32)
        end = starts[at[last] + 1] - done.row_starts[span_row] if len(at) else np.empty(0, np.int32)
        there = end > start
        place = np.searchsorted(tagged, at)
        firsts.append(place[first][there])
        ends.append(place[last][there] + 1)
        spans.append(np.stack([start, end], axis=1)[there])
        row.append(span_row[there])
        labels.append(np.full(len(row[-1]), number, np.int32))
    span, span_row = np.concatenate(spans), np.concatenate(row)
    order = np.lexsort((span[:, 0], span_row))
    said = _joined(strings, values, np.concatenate(firsts)[order], np.concatenate(ends)[order])
    return Texts(done.texts, span_row[order], span[order], np.concatenate(labels)[order], said)


def _end_sentences(compiled: Compiled, codes: Ints, rows: Ints) -> None:
    """Let a space after the last mark of a rule end its sentence, in place."""
    at = np.flatnonzero(codes == compiled.space)
    before = at - 1
    while True:
        # What is left out may lie between them.
        empty = (before >= 0) & (codes[before] == EMPTY)
        if not empty.any():
            break
        before -= empty
    here = np.minimum(codes[before], len(compiled.closing) - 1)
    ends = (before >= 0) & (rows[before] == rows[at]) & compiled.closing[here]
    codes[at[ends]] = compiled.last_space


def _runs(tagged: Numbers, tags: Ints, rows: Ints, bit: int) -> tuple[Numbers, Numbers, Numbers]:
    """Return the strings with a tag, and the first and last of each run of them, as places among them."""
    at = tagged[(tags[tagged] & np.int32(bit)) != 0]
    begins = np.ones(len(at), bool)
    begins[1:] = (np.diff(at) != 1) | (np.diff(rows[at]) != 0)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(at)) - 1 if len(at) else first
    return at, first, last


def _joined(strings: Strings, values: Ints, first: Numbers, end: Numbers) -> pa.StringArray:
    """Return the values `first[i]` to `end[i]` of each i, joined."""
    lengths = end - first
    ends = np.cumsum(lengths)
    inner = np.arange(int(ends[-1]) if len(ends) else 0) - (ends - lengths).repeat(lengths)
    joined = strings.texts.take(pa.array(values[first.repeat(lengths) + inner]))
    borders = np.zeros(len(first) + 1, np.int32)
    if len(first):
        offsets = np.frombuffer(memoryview(joined.buffers()[1]), np.int32)
        borders[1:] = offsets[ends]
    return pa.StringArray.from_buffers(len(first), pa.py_buffer(borders), joined.buffers()[2])


def with_strings(strings: Strings, written: Written) -> Strings:
    """Return the strings with those of the other table's rows after them."""
    more = written.strings
    return replace(
        strings,
        texts=pa.concat_arrays([strings.texts, more.texts]),
        lengths=np.concatenate([strings.lengths, more.lengths]),
        past=np.concatenate([strings.past, more.past]),
        capital=np.concatenate([strings.capital, more.capital]),
        takes_an=np.concatenate([strings.takes_an, more.takes_an]),
        flags=np.concatenate([strings.flags, more.flags]),
        after_mark=np.concatenate([strings.after_mark, more.after_mark]),
        left=np.concatenate([strings.left, more.left]),
        right=np.concatenate([strings.right, more.right]),
    )
