"""What an audit found, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .bars import Bar
from .estimates import Estimate, rounded
from .meanings import MEANINGS, verdict

__all__ = ["Association", "Audit", "Column", "Measure", "Pair", "Pattern"]


@dataclass(frozen=True)
class Measure:
    """One measure of the synthetic rows, beside that of real rows in their place."""

    name: str
    synthetic: Estimate
    real: Estimate | None
    """What real rows reach in the place of synthetic ones: more than this cannot be asked for."""
    interval: str
    """What the 95% intervals were taken over."""

    @property
    def title(self) -> str:
        """The name of the measure for people."""
        return MEANINGS[self.name].title

    @property
    def meaning(self) -> str:
        """A sentence on what is measured, and which value is best."""
        return MEANINGS[self.name].meaning

    @property
    def verdict(self) -> str:
        """A sentence on what was found."""
        return verdict(self.name, self.synthetic, self.real)

    def to_json(self) -> dict[str, Any]:
        """Return the measure as JSON data."""
        return {
            "name": self.name,
            "synthetic": self.synthetic.to_json(),
            "real": None if self.real is None else self.real.to_json(),
            "interval": self.interval,
            "best": MEANINGS[self.name].best,
            "verdict": self.verdict,
        }


@dataclass(frozen=True)
class Column:
    """One column: how like the real one it looks, how much of it is missing, what tells it apart."""

    name: str
    kind: str
    likeness: Estimate
    ceiling: Estimate
    """The likeness of real rows to real rows."""
    missing: float
    """The share of synthetic values that are missing."""
    missing_real: float
    gives_away: float
    """How much of its AUC a model that tells synthetic rows from real ones owes to the column."""
    bars: tuple[Bar, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the column as JSON data."""
        return {
            "name": self.name,
            "kind": self.kind,
            "likeness": self.likeness.to_json(),
            "ceiling": self.ceiling.to_json(),
            "missing": rounded(self.missing),
            "missing_real": rounded(self.missing_real),
            "gives_away": rounded(self.gives_away),
            "bars": [
                {"label": bar.label, "real": rounded(bar.real), "synthetic": rounded(bar.synthetic)}
                for bar in self.bars
            ],
        }


@dataclass(frozen=True)
class Pair:
    """Two columns together: how like the real pair they look."""

    columns: tuple[str, str]
    likeness: Estimate
    ceiling: Estimate

    def to_json(self) -> dict[str, Any]:
        """Return the pair as JSON data."""
        return {
            "columns": list(self.columns),
            "likeness": self.likeness.to_json(),
            "ceiling": self.ceiling.to_json(),
        }


@dataclass(frozen=True)
class Association:
    """How strongly two columns depend on each other, in the real and in the synthetic rows."""

    columns: tuple[str, str]
    measure: str
    """Rank correlation, Cramér's V or correlation ratio."""
    real: float
    synthetic: float
    difference: Estimate
    """The absolute difference."""

    def to_json(self) -> dict[str, Any]:
        """Return the association as JSON data."""
        return {
            "columns": list(self.columns),
            "measure": self.measure,
            "real": rounded(self.real),
            "synthetic": rounded(self.synthetic),
            "difference": self.difference.to_json(),
        }


@dataclass(frozen=True)
class Pattern:
    """Columns that are missing together, and no others: the share of such rows."""

    columns: tuple[str, ...]
    real: float
    synthetic: float

    def to_json(self) -> dict[str, Any]:
        """Return the pattern as JSON data."""
        return {
            "columns": list(self.columns),
            "real": rounded(self.real),
            "synthetic": rounded(self.synthetic),
        }


@dataclass(frozen=True)
class Audit:
    """How good synthetic rows are, measured against real ones."""

    synthetic: str
    holdout: str
    training: str | None
    target: str | None
    seed: int
    rows: dict[str, int]
    """How many rows the tables have: synthetic, holdout, and training where it was given."""
    compared: tuple[str, ...]
    """What was compared with what, and the samples that were taken, a sentence each."""
    measures: tuple[Measure, ...]
    columns: tuple[Column, ...]
    """The least like the real ones first."""
    pairs: tuple[Pair, ...]
    """The worst, those furthest below their ceiling first."""
    associations: tuple[Association, ...]
    """The worst, the greatest difference first."""
    patterns: tuple[Pattern, ...]
    """What is missing together, the commonest first; empty when nothing is missing."""
    left_out: dict[str, str]
    """The columns that were not compared, and why."""
    notes: tuple[str, ...]

    def measure(self, name: str) -> Measure | None:
        """Return the measure of that name, or None when it was not taken."""
        return next((measure for measure in self.measures if measure.name == name), None)

    def to_json(self) -> dict[str, Any]:
        """Return all of it as JSON data; the same tables and seed give the same."""
        return {
            "synthetic": self.synthetic,
            "holdout": self.holdout,
            "training": self.training,
            "target": self.target,
            "seed": self.seed,
            "rows": self.rows,
            "compared": list(self.compared),
            "measures": [measure.to_json() for measure in self.measures],
            "columns": [column.to_json() for column in self.columns],
            "pairs": [pair.to_json() for pair in self.pairs],
            "associations": [association.to_json() for association in self.associations],
            "patterns": [pattern.to_json() for pattern in self.patterns],
            "left_out": self.left_out,
            "notes": list(self.notes),
        }

    def to_html(self) -> str:
        """Return a page of its own, without scripts, with all that was found."""
        from .page import page

        return page(self)
