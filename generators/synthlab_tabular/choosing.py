"""Which synthesizer suits a table: each is tried on four fifths of it and judged by the rest.

Those that take long are tried only where a budget of seconds is given, and what they are expected to take,
measured on a short run, fits in what is left of it. So a budget decides what is tried, and nothing else.

The rule: one whose rows lie closer to the rows it saw than to the others, beyond what chance explains, is
out, however useful it looks. Of the rest, the most useful for the target is kept; where there is no target,
or where two are as useful, the one most like the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from synthlab.audit import Closeness, Fidelity, Utility, closeness, fidelity, utility
from synthlab.errors import InputError
from synthlab.rows import Rows

from .budget import Spent
from .column import Array, array
from .profile import Categories, Numbers, some
from .synthesizers import SYNTHESIZERS, Synthesizer, read_model

__all__ = ["choose"]

TRIED = ("trees", "gaussian_copula", "copula")
"""Those that take seconds."""
WITH_TIME = ("tvae", "ctgan")
"""Those that take minutes, the quickest first."""
HELD_OUT = 5
"""One row of so many is held out."""
SAME = 0.005
"""Usefulness that differs by less is the same."""
MOST_ROWS = 20_000
"""As many rows, at most, are made and compared."""

_NOT_TRIED = f"not tried: {' and '.join(WITH_TIME)}, which take long; --budget SECONDS allows for them"

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Trial:
    """What one synthesizer is worth on this table."""

    name: str
    useful: Utility | None
    like: Fidelity
    close: Closeness

    @property
    def safe(self) -> bool:
        """Whether its rows come no closer to those it saw than chance explains."""
        return self.close.low <= 0.5 or self.close.share <= 0.52

    @property
    def told(self) -> str:
        """What a person reads."""
        useful = f"{self.useful.measure} {self.useful.boosting:.3f}, " if self.useful else ""
        close = self.close
        near = f"{close.share:.0%} closer to rows it saw ({close.low:.0%} to {close.high:.0%})"
        return f"{self.name}: {useful}likeness {self.like.score:.3f}, {near}, copies {close.copies:.2%}"


def choose(
    columns: Sequence[Numbers | Categories], target: str | None, rows: Rows, budget: float = 0.0
) -> tuple[Synthesizer, list[str]]:
    """Return the synthesizer that suits the columns, and what was found of each, for people."""
    order = rows.stream("held out").words().argsort(kind="stable")
    held = np.sort(order[: max(1, len(rows) // HELD_OUT)])
    seen = np.sort(order[len(held) :])
    training = [some(column, seen) for column in columns]
    real = {"seen": _table(training), "held": _table([some(column, held) for column in columns])}
    best = _useful(real["seen"].slice(0, MOST_ROWS), real["held"], target)
    spent = Spent(budget)
    trials = [_tried(name, training, target, real, len(rows)) for name in TRIED]
    skipped = []
    for name in WITH_TIME if budget else ():
        if why := spent.too_long(SYNTHESIZERS[name], columns, target, rows):
            skipped.append(f"{name}: not tried, {why}")
        else:
            trials.append(_tried(name, training, target, real, len(rows)))
    kept, why = _best(trials)
    ceiling = f" (trained on real rows: {best.measure} {best.boosting:.3f})" if best else ""
    said = [f"tried on four fifths of the rows, judged by the rest{ceiling}"]
    said += [trial.told for trial in trials]
    said += skipped if budget else [_NOT_TRIED]
    return SYNTHESIZERS[kept.name], [*said, f"kept: {kept.name}, {why}"]


def _tried(
    name: str,
    training: Sequence[Numbers | Categories],
    target: str | None,
    real: dict[str, pa.Table],
    seed: int,
) -> Trial:
    synthesizer = SYNTHESIZERS[name]
    size = real["seen"].num_rows
    with TemporaryDirectory() as folder:
        path = Path(folder) / synthesizer.file
        path.write_bytes(synthesizer.learn(training, target, Rows(seed, 0, size), {}))
        model = read_model(path)
    rows = Rows(seed, 0, min(size, MOST_ROWS))
    latent = model.latent(rows)
    made = pa.table({name: _plain(model.marginals[name].draw(latent[name], rows)) for name in latent})
    made = made.select(real["seen"].column_names)
    return Trial(
        name,
        _useful(made, real["held"], target),
        fidelity(made, real["held"]),
        closeness(made, real["seen"], real["held"]),
    )


def _useful(train: pa.Table, test: pa.Table, target: str | None) -> Utility | None:
    """Return what rows are worth for the target, or None where nothing can be said."""
    if target is None:
        return None
    try:
        return utility(train, test, target)
    except InputError:  # no column but the target, or one class in the rows held out
        return None


def _best(trials: Sequence[Trial]) -> tuple[Trial, str]:
    safe = [trial for trial in trials if trial.safe]
    if not safe:
        least = min(trials, key=lambda trial: trial.close.share)
        return least, "the least close to the rows it saw; look at its rows before you share them"
    most = max((trial.useful.boosting for trial in safe if trial.useful), default=None)
    if most is None:
        return max(safe, key=lambda trial: trial.like.score), "the most like the table"
    good = [trial for trial in safe if trial.useful and trial.useful.boosting >= most - SAME]
    why = "the most useful" if len(good) == 1 else "the most like the table of the most useful"
    out = len(trials) - len(safe)
    return max(good, key=lambda t: t.like.score), why + " of those that do not come too close" * bool(out)


def _table(columns: Sequence[Numbers | Categories]) -> pa.Table:
    return pa.table({column.name: _array(column) for column in columns})


def _array(column: Numbers | Categories) -> Array:
    if isinstance(column, Numbers):
        return array(column.values, mask=np.isnan(column.values))
    texts = [str(v).lower() if isinstance(v, bool) else None if v is None else str(v) for v in column.values]
    return array(texts, pa.string()).take(array(column.codes))


def _plain(values: Array) -> Array:
    """Return what a marginal has drawn as numbers or as strings, like the real ones."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return values.cast(kind.value_type)
    return values
