"""What several tests need: a small real generator from a distribution of its own, and the real data."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PLUGIN = '''
"""A small generator of one line a row, as slow and as fragile as a test wants it."""

import os
import signal
import time
from pathlib import Path
from typing import ClassVar

from synthlab import ClassLabel, Features, Generator, Text, Value


class Lines(Generator):
    """Lines of text with a class."""

    shard_rows: ClassVar[int] = 100
    seconds: float = 0.0
    die_once_at: int | None = None
    die_always_at: int | None = None
    mark: str = ""

    @property
    def features(self):
        label = ClassLabel(("a", "b", "c"))
        columns = {"id": Value("int64"), "x": Value("float64"), "text": Text(), "label": label}
        return Features(columns, labels=("label",))

    def generate(self, rows):
        time.sleep(self.seconds * len(rows) / 100)
        self._perhaps_die(rows)
        return self.features.batch({
            "id": rows.numbers,
            "x": rows.stream("x").normal().round(3),
            "text": [f'row {i}, "{i * i}"' for i in rows.numbers.tolist()],
            "label": rows.stream("label").quotas([1, 1, 1]),
        })

    def _perhaps_die(self, rows):
        if self.die_always_at is not None and rows.start <= self.die_always_at < rows.stop:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.die_once_at is not None and rows.start <= self.die_once_at < rows.stop:
            mark = Path(self.mark)
            if not mark.exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)


class Blocks(Generator):
    """Rows that can only be sampled in batches: each knows the first row of its block."""

    block_rows: ClassVar[int | None] = 64
    shard_rows: ClassVar[int] = 100

    @property
    def features(self):
        return Features({"id": Value("int64"), "first": Value("int64"), "draw": Value("float64")})

    def generate(self, rows):
        assert rows.start % 64 == 0 and len(rows) == 64
        first = [rows.start] * len(rows)
        return self.features.batch({"id": rows.numbers, "first": first, "draw": rows.stream("x").uniform()})
'''


@pytest.fixture(scope="session", autouse=True)
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Install the generators `lines` and `blocks`, as a package that somebody else wrote."""
    folder = tmp_path_factory.mktemp("plugin")
    (folder / "lines_plugin.py").write_text(PLUGIN)
    metadata = folder / "lines_plugin-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: lines-plugin\nVersion: 1.0\n")
    points = "[synthlab.generators]\nlines = lines_plugin:Lines\nblocks = lines_plugin:Blocks\n"
    (metadata / "entry_points.txt").write_text(points)
    before = os.environ.get("PYTHONPATH")
    sys.path.insert(0, str(folder))
    os.environ["PYTHONPATH"] = os.pathsep.join([str(folder), *([before] if before else [])])
    yield folder
    sys.path.remove(str(folder))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with real data, which is never part of the project."""
    folder = Path(os.environ.get("SYNTHLAB_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the real data is missing: there is no {folder}")
        pytest.skip(f"needs real data in {folder} (or in SYNTHLAB_TEST_DATA)")
    return folder
