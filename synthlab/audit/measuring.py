"""The measures of an audit, one group after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyarrow as pa

from ..errors import InputError
from . import sdmetrics_report
from .associations import associations
from .bars import bars
from .closeness import closeness, copies, wilson
from .columns import Tables
from .estimates import Chance, Estimate
from .result import Association, Column, Measure, Pair, Pattern
from .shares import Coded, likeness, missing_patterns
from .two_sample import FOLDS, told_apart
from .worth import TIMES, Worth, worth

__all__ = ["Found", "Parts", "memory", "models", "quality_report", "shares"]

WORST = 20
_HALVES = "20 random halves of the rows"
_NEAR = 4_000
_SDMETRICS = 20_000
_AT_MOST = 50_000


@dataclass(frozen=True)
class Parts:
    """The rows that are compared: `synthetic` and `ceiling`, as many of each, with `reference`."""

    reference: pa.Table
    ceiling: pa.Table
    synthetic: pa.Table
    kinds: dict[str, str]
    rows: int
    """From so many rows models learn at most."""
    compared: str

    @property
    def others(self) -> list[tuple[str, pa.Table]]:
        """The tables that are held against the reference, each with a name for its chance."""
        return [("synthetic", self.synthetic), ("real", self.ceiling)]


@dataclass(frozen=True)
class Found:
    """What was measured so far."""

    compared: tuple[str, ...]
    measures: tuple[Measure, ...]
    columns: tuple[Column, ...]
    pairs: tuple[Pair, ...]
    associations: tuple[Association, ...]
    patterns: tuple[Pattern, ...]
    notes: tuple[str, ...] = ()

    def with_measures(self, *measures: Measure, compared: str | None = None) -> Found:
        """Return the same with more measures, and a sentence on how they were taken."""
        told = () if compared is None else (compared,)
        return replace(self, measures=(*self.measures, *measures), compared=(*self.compared, *told))


def shares(parts: Parts, chance: Chance) -> Found:
    """Return what shares of values tell: columns, pairs, correlations and missing patterns."""
    coded = Coded.of([parts.reference, *(table for _, table in parts.others)])
    names = [(place, name) for place, (name, _) in enumerate(parts.others, start=1)]
    alike, best = (likeness(coded, place, chance, name) for place, name in names)
    bound, most = (associations(coded, place, chance, name) for place, name in names)
    lost, usual = (missing_patterns(coded, place, chance, name) for place, name in names)
    measures = [Measure("columns", alike.columns, best.columns, _HALVES)]
    if alike.pairs is not None:
        measures.append(Measure("pairs", alike.pairs, best.pairs, _HALVES))
    if bound.difference is not None:
        measures.append(Measure("associations", bound.difference, most.difference, _HALVES))
    if lost is not None:
        real = Estimate(1.0, 1.0, 1.0) if usual is None else usual.likeness
        measures.append(Measure("missing", lost.likeness, real, _HALVES))
    columns = [
        Column(
            name,
            parts.kinds[name],
            alike.each[name],
            best.each[name],
            _missing(parts.synthetic, name),
            _missing(parts.reference, name),
            0.0,
            bars(parts.reference.column(name), parts.synthetic.column(name), parts.kinds[name]),
        )
        for name in parts.kinds
    ]
    pairs = [Pair(names, found, best.both[names]) for names, found in alike.both.items()]
    bonds = [Association(names, *found) for names, found in bound.pairs.items()]
    return Found(
        (parts.compared,),
        tuple(measures),
        tuple(sorted(columns, key=lambda c: c.likeness.value - c.ceiling.value)),
        tuple(sorted(pairs, key=lambda p: p.likeness.value - p.ceiling.value)[:WORST]),
        tuple(sorted(bonds, key=lambda a: -a.difference.value)[:WORST]),
        tuple(Pattern(*share) for share in lost.shares) if lost is not None else (),
    )


def models(parts: Parts, chance: Chance, target: str | None, found: Found) -> Found:
    """Return the same with what models tell: whether rows are told apart, and what they are worth."""
    most = max(2, parts.rows // 2)
    reference = chance.sample(parts.reference, most, "two samples")
    apart, usual = (
        told_apart(reference, chance.sample(table, most, "two samples", name), chance, name)
        for name, table in parts.others
    )
    size = min(reference.num_rows, parts.synthetic.num_rows, most)
    columns = [replace(column, gives_away=apart.columns[column.name]) for column in found.columns]
    found = replace(found, columns=tuple(columns)).with_measures(
        Measure("told_apart", apart.auc, usual.auc, f"{FOLDS} folds"),
        compared=f"to tell them apart, a model saw {size:,} rows of each side, in {FOLDS} folds",
    )
    if target is None:
        return found
    test = chance.sample(parts.reference, _AT_MOST, "test")
    learned: list[Worth] = []
    for name, table in parts.others:
        rows = chance.sample(table, parts.rows, "learned", name)
        try:
            learned.append(worth(rows, test, target, chance, name))
        except InputError as error:
            told = f"what {name} rows are worth for {target!r} is not measured: {error}"
            return replace(found, notes=(*found.notes, told))
    halves = f"{TIMES} random halves of the rows learned from and tested on"
    return found.with_measures(
        Measure("boosting", learned[0].boosting, learned[1].boosting, halves),
        Measure("linear", learned[0].linear, learned[1].linear, halves),
        compared=f"the score for {target!r} is {learned[0].measure}: learned from {rows.num_rows:,} rows, "
        f"tested on {test.num_rows:,} real ones",
    )


def memory(tables: Tables, whole: Tables, chance: Chance, found: Found) -> Found:
    """Return the same with what training rows tell: whether synthetic ones repeat them.

    `whole` are the tables with all of their classes, for copies.
    """
    assert tables.training is not None
    assert whole.training is not None
    training, holdout, synthetic = (
        chance.sample(table, _AT_MOST, "near", name)
        for name, table in (("t", tables.training), ("h", tables.holdout), ("s", tables.synthetic))
    )
    near = closeness(synthetic, training, holdout, rows=_NEAR, seed=chance.seed)
    order = chance.order(holdout.num_rows, "near")
    middle = len(order) // 2
    halves = [holdout.take(pa.array(part)) for part in (order[:middle], order[middle:])]
    usual = closeness(halves[0], training, halves[1], rows=_NEAR, seed=chance.seed)
    share, natural = (
        _share(copies(table, whole.training), table.num_rows) for table in (whole.synthetic, whole.holdout)
    )
    size = min(training.num_rows, holdout.num_rows)
    return found.with_measures(
        Measure(
            "closer",
            Estimate(near.share, near.low, near.high),
            Estimate(usual.share, usual.low, usual.high),
            "Wilson's interval of a share",
        ),
        Measure("copies", share, natural, "Wilson's interval of a share"),
        compared=f"the neighbours of {min(_NEAR, synthetic.num_rows):,} synthetic rows were sought among "
        f"{size:,} training rows and as many held out; copies among all rows",
    )


def quality_report(parts: Parts, chance: Chance, found: Found) -> Found:
    """Return the same with SDMetrics' quality report, where SDMetrics is installed."""
    if not sdmetrics_report.is_there():
        return found
    reference = chance.sample(parts.reference, _SDMETRICS, "sdmetrics")
    score, best = (
        sdmetrics_report.quality(
            reference, chance.sample(table, _SDMETRICS, "sdmetrics", name), parts.kinds, chance, name
        )
        for name, table in parts.others
    )
    size = min(_SDMETRICS, parts.synthetic.num_rows)
    halves = f"{sdmetrics_report.TIMES} random halves of the rows"
    return found.with_measures(
        Measure("sdmetrics", score, best, halves), compared=f"SDMetrics saw {size:,} rows"
    )


def _missing(table: pa.Table, name: str) -> float:
    return float(table.column(name).null_count / max(1, table.num_rows))


def _share(share: float, rows: int) -> Estimate:
    return Estimate(share, *wilson(share, rows))
