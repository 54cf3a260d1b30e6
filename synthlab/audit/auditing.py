"""The whole audit: every measure of synthetic rows, beside that of real rows in their place."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..errors import InputError, PluginError, did_you_mean
from .columns import Tables, align, merged, with_classes
from .estimates import Chance
from .measuring import Parts, memory, models, quality_report, shares
from .reading import Source, read_source
from .result import Audit
from .worth import check_target

__all__ = ["LEARNED", "MOST", "audit"]

MOST = 100_000
"""So many rows of a table are compared at most."""
LEARNED = 40_000
"""So many rows of a table models learn from at most, by default."""
LEAST = 20


def audit(
    synthetic: str | Path | pa.Table | Any,
    against: str | Path | pa.Table | Any,
    *,
    training: str | Path | pa.Table | Any = None,
    target: str | None = None,
    ignore: Collection[str] = (),
    seed: int = 0,
    rows: int = LEARNED,
    progress: Callable[[str], None] = lambda part: None,
) -> Audit:
    """Return how good synthetic rows are, measured against real rows that they were not learned from.

    Each table is a dataset folder, a CSV, JSON Lines, Parquet or Arrow file, an Arrow table or a pandas
    frame. Every measure stands beside its ceiling: the same with real training rows in place of the
    synthetic ones or, without `training`, with one half of the real rows against the other. Models learn
    from at most `rows` rows. Columns to `ignore` are left out. `progress` is told what is being measured.
    Raises InputError for tables that cannot be read or compared.
    """
    _needs_models()
    sources = [read_source(synthetic, "the synthetic table"), read_source(against, "the real table")]
    if training is not None:
        sources.append(read_source(training, "the training table"))
    for source in sources:
        if source.table.num_rows < LEAST:
            raise InputError(
                f"{source.name} has {source.table.num_rows} rows; an audit needs {LEAST} at least"
            )
    sources = _without(sources, ignore, target)
    tables = align(*sources)
    if target is not None:
        check_target(tables, target)
        tables = with_classes(tables, target)
    chance = Chance(seed)
    few = merged(tables, keep=target)
    parts = _parts(few, chance, rows)
    with _calm():
        progress("columns, pairs and correlations")
        found = shares(parts, chance)
        progress("what models learn")
        found = models(parts, chance, target, found)
        if tables.training is not None:
            progress("closeness to the training rows")
            found = memory(few, tables, chance, found)
        progress("SDMetrics")
        found = quality_report(parts, chance, found)
    names = ("synthetic", "holdout", "training")
    return Audit(
        synthetic=sources[0].name,
        holdout=sources[1].name,
        training=sources[2].name if training is not None else None,
        target=target,
        seed=seed,
        rows={name: source.table.num_rows for name, source in zip(names, sources, strict=False)},
        compared=found.compared,
        measures=found.measures,
        columns=found.columns,
        pairs=found.pairs,
        associations=found.associations,
        patterns=found.patterns,
        left_out=dict(tables.left_out) | dict.fromkeys(ignore, "to be ignored, as you say"),
        notes=(*tables.notes, *found.notes),
    )


def _without(sources: list[Source], ignore: Collection[str], target: str | None) -> list[Source]:
    """Return the tables without these columns, each of which one of them must have."""
    known = {name for source in sources for name in source.table.column_names}
    for name in ignore:
        if name not in known:
            raise InputError(f"there is no column {name!r} to ignore;{did_you_mean(name, known)}")
        if name == target:
            raise InputError(f"column {name!r} is the target, so it cannot be ignored")
    return [
        replace(s, table=s.table.select([name for name in s.table.column_names if name not in ignore]))
        for s in sources
    ]


def _needs_models() -> None:
    """Raise PluginError when scikit-learn is not installed."""
    try:
        import sklearn  # noqa: F401 - the models are imported where they are used
    except ImportError as error:
        raise PluginError(
            f"the audit needs more than is installed: {error}. "
            "In a checkout of synthlab: pip install -e '.[tabular]' -c constraints.txt"
        ) from error


@contextmanager
def _calm() -> Iterator[None]:
    """Keep the libraries from printing that a column is constant or a linear model not quite done.

    On one thread, so that sums are the same for any number of cores; on a busy machine that is faster, too.
    """
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _parts(tables: Tables, chance: Chance, rows: int) -> Parts:
    """Return which rows are compared with which: as many synthetic ones as of the ceiling."""
    if tables.training is None:
        order = chance.order(tables.holdout.num_rows, "parts")
        middle = len(order) // 2
        reference, ceiling = (tables.holdout.take(pa.array(p)) for p in (order[:middle], order[middle:]))
        named = "of the real rows", "of the others"
    else:
        reference, ceiling = tables.holdout, tables.training
        named = "real rows held out", "real training rows"
    reference = chance.sample(reference, MOST, "reference")
    size = min(ceiling.num_rows, tables.synthetic.num_rows, MOST)
    return Parts(
        reference,
        chance.sample(ceiling, size, "ceiling"),
        chance.sample(tables.synthetic, size, "synthetic"),
        tables.kinds,
        rows,
        f"{size:,} of {tables.synthetic.num_rows:,} synthetic rows are held against {reference.num_rows:,} "
        f"{named[0]}; for the ceiling, so are {size:,} {named[1]}",
    )
