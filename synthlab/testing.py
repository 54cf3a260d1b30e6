"""The contracts as code: what every generator and every writer must keep, built-in or not.

Call them from a test:

    def test_my_generator_keeps_the_contract():
        check_generator(MyGenerator(words=["a", "b"]))

    def test_my_format_keeps_the_contract(tmp_path):
        check_writer("myformat", synthlab.load("reviews", rows=300), tmp_path, read=count_rows)

They raise AssertionError with the promise that was broken.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from .build import Plan, build
from .build.shards import Job, Receipt
from .build.store import WORK, Store
from .dataset import Dataset
from .features import Box, ClassLabel, Feature, Features, Mask, Records, Span
from .generator import Generator
from .rows import Rows

__all__ = ["check_generator", "check_writer", "folder_bytes"]

FAR = 10**9
"""A row number that nobody reaches by counting."""


def check_generator(
    generator: Generator,
    *,
    rows: int = 500,
    seed: int = 1,
    folder: Path | None = None,
    chance: bool = True,
) -> None:
    """Check that every row follows from the options, the seed and its number, and that labels fit.

    `folder` is where the files are that the options refer to. Without `chance`, another seed may make the
    same rows.
    """
    block = generator.block_rows or 1
    count = max(block, rows // block * block)
    whole = _make(generator, seed, 0, count)
    assert generator.features == Features.from_arrow(generator.features.arrow_schema), (
        "the features do not survive being written into an Arrow schema"
    )
    _labels_fit(whole, generator.features)
    assert _make(generator, seed, 0, count).equals(whole), "the same rows made twice are different"
    _slices_equal_the_whole(generator, seed, whole, block)
    assert _make(generator, seed, FAR // block * block, FAR // block * block + block).num_rows == block, (
        "rows with large numbers cannot be made"
    )
    if chance:
        assert not _make(generator, seed + 1, 0, count).equals(whole), "another seed makes the same rows"
    _global_chance_is_left_alone(generator, seed, whole)
    stored = json.loads(json.dumps(generator.model_dump(mode="json", by_alias=True, round_trip=True)))
    again = type(generator).model_validate(stored, context={"folder": folder, "files": {}})
    assert again.features == generator.features, "the options do not survive being stored as JSON"
    assert _make(again, seed, 0, count).equals(whole), (
        "the generator made again from its own options makes other rows"
    )
    _other_process_agrees(generator, seed, whole, folder)


def check_writer(
    format: str,
    dataset: Dataset,
    folder: Path,
    *,
    read: Callable[[Path], int],
    shard_rows: int = 100,
) -> None:
    """Check that a format keeps every row, and gives the same bytes whole, resumed and in any order.

    `read(folder)` loads a written folder with the reader that the format is for, and returns how many rows
    it found. The dataset needs more rows than one shard has.
    """
    plan = Plan.of(dataset, format, shard_rows)
    assert plan.shard_count > 1, f"the dataset needs more than {shard_rows} rows"
    build(plan, folder / "whole")
    found = read(folder / "whole")
    assert found == len(dataset), f"{found} of {len(dataset)} rows were read back"
    build(plan, folder / "processes", workers=2, eager=True)
    assert folder_bytes(folder / "processes") == folder_bytes(folder / "whole"), (
        "two processes write other bytes than one"
    )
    _resumed(plan, folder / "resumed")
    assert folder_bytes(folder / "resumed") == folder_bytes(folder / "whole"), (
        "a build that was interrupted gives other bytes"
    )
    build(Plan.of(dataset[:0], format, shard_rows), folder / "empty")
    assert read(folder / "empty") == 0, "an empty dataset was not read back as one"


def folder_bytes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in a folder, by its relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {p.relative_to(folder).as_posix(): sha256(p.read_bytes()).hexdigest() for p in files}


def _make(generator: Generator, seed: int, start: int, stop: int) -> pa.RecordBatch:
    batch = generator.generate(Rows(seed, start, stop, ("generator",)))
    generator.features.check(batch, stop - start, type(generator).__name__)
    return batch


def _slices_equal_the_whole(generator: Generator, seed: int, whole: pa.RecordBatch, block: int) -> None:
    count = whole.num_rows
    cuts = sorted({0, 1, 7, count // 3, count // 2, count - 1, count})
    cuts = sorted({cut // block * block for cut in cuts})
    # From the end to the start: nothing may depend on what was made before.
    for start, stop in reversed(list(pairwise(cuts))):
        made = _make(generator, seed, start, stop)
        assert made.equals(whole.slice(start, stop - start)), (
            f"rows {start} to {stop - 1} made alone differ from the same rows made with others"
        )


def _global_chance_is_left_alone(generator: Generator, seed: int, whole: pa.RecordBatch) -> None:
    before = random.getstate(), np.random.get_state()  # noqa: NPY002 - it is what is checked
    try:
        random.seed(12345)
        np.random.seed(12345)  # noqa: NPY002
        expected = _global_state()
        made = _make(generator, seed, 0, whole.num_rows)
        assert made.equals(whole), "the rows depend on the global random state"
        assert _global_state() == expected, "the generator draws from the global random state"
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])  # noqa: NPY002


def _global_state() -> str:
    return repr((random.getstate(), np.random.get_state(legacy=False)))  # noqa: NPY002


def _other_process_agrees(
    generator: Generator, seed: int, whole: pa.RecordBatch, folder: Path | None
) -> None:
    """Make the rows in a process with another order of sets and dictionaries' hashes."""
    kind = type(generator)
    if "<locals>" in kind.__qualname__:
        return  # no other process can import it
    code = (
        "import importlib, sys\n"
        "sys.path[:] = eval(sys.argv[6])\n"
        "from hashlib import sha256\n"
        "from synthlab.rows import Rows\n"
        "kind = getattr(importlib.import_module(sys.argv[1]), sys.argv[2])\n"
        "context = {'folder': sys.argv[5] or None, 'files': {}}\n"
        "generator = kind.model_validate_json(sys.argv[3], context=context)\n"
        "batch = generator.generate(Rows(int(sys.argv[4]), 0, int(sys.argv[7]), ('generator',)))\n"
        "print(sha256(batch.serialize()).hexdigest())\n"
    )
    arguments = [
        kind.__module__,
        kind.__name__,
        generator.model_dump_json(by_alias=True, round_trip=True),
        str(seed),
    ]
    arguments += [str(folder or ""), repr(sys.path), str(whole.num_rows)]
    for hash_seed in ("0", "1"):
        result = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=False,
        )
        assert result.returncode == 0, f"another process cannot make the rows:\n{result.stderr}"
        assert result.stdout.strip() == sha256(whole.serialize()).hexdigest(), (
            "another process makes other rows; does an order of sets come in, or hash()?"
        )


def _resumed(plan: Plan, folder: Path) -> None:
    """Build, lose the manifest and every second shard, and build again."""
    store = Store(folder)
    with store.lock():
        job = Job(plan, store)
        for index in reversed(range(plan.shard_count)):
            job.run(index)
        for index in range(0, plan.shard_count, 2):
            store.remove(Receipt.name(index))
        store.write_json(f"{WORK}/plan.json", {"sha256": plan.sha256, "plan": plan.identity})
    build(plan, folder)


def _labels_fit(batch: pa.RecordBatch, features: Features) -> None:
    for row in batch.to_pylist():
        for name, feature in features.columns.items():
            _fits(name, feature, row[name], row, features)


def _fits(name: str, feature: Feature, value: Any, row: dict[str, Any], features: Features) -> None:
    if value is None:
        return
    match feature:
        case ClassLabel(names=names):
            assert 0 <= value < len(names), f"{name}: {value} is no number of a class"
        case Span(of=column):
            assert 0 <= value["start"] < value["end"] <= len(row[column]), (
                f"{name}: {value} is no part of the {len(row[column])} characters of {column!r}"
            )
        case Box():
            x_min, y_min, x_max, y_max = value
            assert x_min < x_max, f"{name}: {value} has no width"
            assert y_min < y_max, f"{name}: {value} has no height"
        case Mask():
            assert min(value["size"]) > 0, f"{name}: a mask of no size"
        case Records(fields=fields):
            for record in value:
                for inner, inner_feature in fields.items():
                    _fits(f"{name}.{inner}", inner_feature, record[inner], row, features)
