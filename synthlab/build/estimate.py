"""How much a plan would make, found by making a little of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from . import Built, build
from .engines import local
from .plan import Plan
from .shards import Job
from .store import Store

__all__ = ["Estimate", "estimate"]


@dataclass(frozen=True)
class Estimate:
    """What a plan would make; `seconds` are of one core, without storing."""

    rows: int
    shards: int
    files: int
    bytes: int
    seconds: float


def estimate(plan: Plan) -> Estimate:
    """Return the size of a dataset folder, in the time that a few rows take.

    Files and bytes are taken as `a + b * shards + c * rows`, from three small builds.
    """
    start, stop = plan.identity["rows"]
    rows, shards = int(stop - start), plan.shard_count
    few = max(1, min(16, rows))
    with TemporaryDirectory() as folder:
        one = _try(plan, Path(folder, "one"), few, few)
        two = _try(plan, Path(folder, "two"), 2 * few, few)
        wide = _try(plan, Path(folder, "wide"), 2 * few, 2 * few)
        seconds = local.seconds(Job(plan, Store(folder)), [0]) if rows else 0.0

    def extend(values: Mapping[str, int]) -> int:
        per_row = (values["wide"] - values["one"]) / few
        per_shard = values["two"] - values["wide"]
        return max(0, round(values["one"] + per_shard * (shards - 1) + per_row * (rows - few)))

    return Estimate(
        rows,
        shards,
        extend({"one": one.files, "two": two.files, "wide": wide.files}),
        extend({"one": one.bytes, "two": two.bytes, "wide": wide.bytes}),
        seconds * rows / max(1, min(rows, int(plan.identity["shard_rows"]))),
    )


def _try(plan: Plan, folder: Path, rows: int, shard_rows: int) -> Built:
    start = plan.identity["rows"][0]
    identity = {**plan.identity, "rows": [start, start + rows], "shard_rows": shard_rows}
    return build(replace(plan, identity=identity), folder)
