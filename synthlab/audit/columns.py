"""The columns that the tables of an audit share, each read by what its real values are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InputError
from .reading import Source

__all__ = ["MOST_CLASSES", "OTHERS", "Tables", "align", "merged", "with_classes"]

MOST_CLASSES = 100
"""So many classes of a column are told apart by models; the rarer ones are one."""
OTHERS = "(others)"
"""What stands for the rarer classes of a column."""

_READABLE = 0.99
_FEW = 50
_LARGEST = 1e100
_NUMBER = r"^[-+]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][-+]?\d+)?$"
_TRUTH = {"true": "true", "false": "false", "1": "true", "0": "false"}
_FORMATS = (
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%d/%m/%Y",
)


@dataclass(frozen=True)
class Tables:
    """Tables with the same columns in the same order, of the same types."""

    kinds: dict[str, str]
    """What each column is: number, moment, truth or class; its values are floats, timestamps or strings."""
    synthetic: pa.Table
    holdout: pa.Table
    training: pa.Table | None
    left_out: dict[str, str]
    """The columns that are not compared, each with the reason."""
    notes: tuple[str, ...]

    @property
    def real(self) -> list[pa.Table]:
        """The tables of real rows."""
        return [self.holdout] if self.training is None else [self.holdout, self.training]


def align(synthetic: Source, holdout: Source, training: Source | None = None) -> Tables:
    """Return the columns that all tables have, by name, read as the real ones are.

    A value that does not fit (a word among numbers) is taken for missing, and told. Columns of one side, and
    those whose real values hardly repeat (names, keys, free text), are left out. Raises InputError when
    nothing is left.
    """
    sources = [holdout, synthetic] if training is None else [holdout, synthetic, training]
    names = list(dict.fromkeys(name for source in sources for name in source.table.column_names))
    kinds, columns, left_out, notes = {}, {}, {}, []
    for name in names:
        if absent := [source.name for source in sources if name not in source.table.column_names]:
            left_out[name] = f"not in {' and '.join(absent)}"
            continue
        values = [source.table.column(name) for source in sources]
        real = [values[0], *values[2:]]
        kind, convert = _kind(real)
        if kind == "class" and _hardly_repeats(real):
            left_out[name] = "its real values hardly repeat: names, keys or text"
            continue
        kinds[name], columns[name] = kind, [convert(column) for column in values]
        for source, before, after in zip(sources, values, columns[name], strict=True):
            if lost := after.null_count - before.null_count:
                notes.append(f"{source.name}: {lost:,} values of {name!r} are no {kind}; taken for missing")
    if not kinds:
        raise InputError(
            f"{synthetic.name} and {holdout.name} share no column that can be compared"
            + "".join(f"\n  {name}: {why}" for name, why in list(left_out.items())[:10])
        )
    tables = [pa.table({name: columns[name][place] for name in kinds}) for place in range(len(sources))]
    told = [f"{source.name}: {note}" for source in sources for note in source.notes]
    return Tables(kinds, tables[1], tables[0], tables[2] if training else None, left_out, (*told, *notes))


def merged(tables: Tables, keep: str | None = None) -> Tables:
    """Return the tables with the rare classes of each column as one, but for the column `keep`.

    Which are rare is decided by the real rows; those that only synthetic rows have are among them.
    """
    parts = {"synthetic": tables.synthetic, "holdout": tables.holdout, "training": tables.training}
    for place, (name, kind) in enumerate(tables.kinds.items()):
        if kind != "class" or name == keep:
            continue
        real = pa.concat_tables([table.select([name]) for table in tables.real]).column(name)
        counts = sorted(
            real.drop_null().value_counts().to_pylist(), key=lambda e: (-e["counts"], e["values"])
        )
        if len(counts) <= MOST_CLASSES:
            continue
        known = pa.array([entry["values"] for entry in counts[:MOST_CLASSES]], pa.string())
        for part, table in parts.items():
            if table is not None:
                values = table.column(name)
                rare = pc.and_(values.is_valid(), pc.invert(pc.is_in(values, value_set=known)))
                parts[part] = table.set_column(place, name, pc.if_else(rare, OTHERS, values))
    return Tables(
        tables.kinds, parts["synthetic"], parts["holdout"], parts["training"], tables.left_out, tables.notes
    )


def with_classes(tables: Tables, target: str) -> Tables:
    """Return the tables with a target of two numbers as one of two classes: yes or no, most likely."""
    if tables.kinds.get(target) != "number":
        return tables
    if (
        len(
            pc.unique(pa.chunked_array([c for t in tables.real for c in t.column(target).chunks]).drop_null())
        )
        > 2
    ):
        return tables
    place = list(tables.kinds).index(target)

    def change(table: pa.Table) -> pa.Table:
        return table.set_column(place, target, _class(table.column(target)))

    return replace(
        tables,
        kinds={**tables.kinds, target: "class"},
        synthetic=change(tables.synthetic),
        holdout=change(tables.holdout),
        training=None if tables.training is None else change(tables.training),
    )


def _kind(real: list[Any]) -> tuple[str, Callable[[Any], Any]]:
    """Return what a column is, and how its values are read: the first kind that nearly all of them are."""
    there = sum(len(values) - values.null_count for values in real)
    if there == 0:
        types = {str(values.type) for values in real} - {"null", "string"}
        return (
            ("number", _number)
            if any(t.startswith(("int", "uint", "double")) for t in types)
            else (
                "class",
                _class,
            )
        )
    tried: list[tuple[str, Callable[[Any], Any]]] = [("truth", _truth), ("number", _number)]
    tried += [("moment", partial(_moment, form=form)) for form in _FORMATS]
    for kind, convert in tried:
        if kind == "truth" and not any(_says_truth(values) for values in real):
            continue
        found = [convert(values) for values in real]
        if sum(len(values) - values.null_count for values in found) >= _READABLE * there:
            return kind, convert
    return "class", _class


def _says_truth(values: Any) -> bool:
    """Return whether truth values or their names are there; zeros and ones alone are numbers."""
    if pa.types.is_boolean(values.type):
        return True
    words = pa.array(["true", "false"])
    return pa.types.is_string(values.type) and bool(
        pc.any(pc.is_in(pc.utf8_lower(values), value_set=words)).as_py()
    )


def _truth(values: Any) -> Any:
    if pa.types.is_temporal(values.type):
        return pa.chunked_array([pa.nulls(len(values), pa.string())])
    texts = values.cast(pa.int8()) if pa.types.is_boolean(values.type) else values
    texts = pc.utf8_lower(texts.cast(pa.string()))
    found = pa.chunked_array([pa.nulls(len(texts), pa.string())])
    for text, meaning in _TRUTH.items():
        found = pc.if_else(pc.fill_null(pc.equal(texts, text), False), meaning, found)
    return found


def _number(values: Any) -> Any:
    if pa.types.is_temporal(values.type):
        return pa.chunked_array([pa.nulls(len(values), pa.float64())])
    if pa.types.is_string(values.type):
        fits = pc.fill_null(pc.match_substring_regex(values, _NUMBER), False)
        # Arrow reads no plus sign.
        values = pc.if_else(fits, pc.utf8_ltrim(values, characters="+"), pa.scalar(None, pa.string()))
    elif pa.types.is_boolean(values.type):
        values = values.cast(pa.int8())
    found = values.cast(pa.float64(), safe=False)
    # Squares of what lies beyond are no numbers any more.
    found = pc.max_element_wise(
        pc.min_element_wise(found, _LARGEST, skip_nulls=False), -_LARGEST, skip_nulls=False
    )
    return pc.if_else(pc.is_finite(found), found, pa.scalar(None, pa.float64()))


def _moment(values: Any, form: str) -> Any:
    if pa.types.is_temporal(values.type):
        return values.cast(pa.timestamp("us")).cast(pa.timestamp("s"), safe=False)
    if not pa.types.is_string(values.type):
        return pa.chunked_array([pa.nulls(len(values), pa.timestamp("s"))])
    found = pc.strptime(values, format=form, unit="s", error_is_null=True)
    for other in _FORMATS[:4] if found.null_count > values.null_count else ():
        # What synthlab writes is ISO 8601, however the real table writes it.
        found = pc.coalesce(found, pc.strptime(values, format=other, unit="s", error_is_null=True))
    return found


def _class(values: Any) -> Any:
    if pa.types.is_floating(values.type):
        texts = values.cast(pa.string())
        return pc.replace_substring_regex(texts, r"\.0$", "")
    return values.cast(pa.string())


def _hardly_repeats(real: list[Any]) -> bool:
    there = sum(len(values) - values.null_count for values in real)
    joined = pa.chunked_array([chunk for values in real for chunk in values.cast(pa.string()).chunks])
    distinct = len(pc.unique(joined))
    return bool(distinct > max(_FEW, there / 2))
