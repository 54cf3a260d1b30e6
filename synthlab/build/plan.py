"""What is to be built: everything that the bytes of a dataset folder follow from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import plugins
from ..json_text import json_page
from ..rows import STREAM_VERSION

if TYPE_CHECKING:
    from ..dataset import Dataset

__all__ = ["Plan", "ShardRange"]


@dataclass(frozen=True)
class ShardRange:
    """Rows that one worker makes and stores."""

    index: int
    start: int
    stop: int


@dataclass(frozen=True)
class Plan:
    """A dataset, a format and how the rows are cut into shards; small, and sent to workers by value."""

    identity: Mapping[str, Any]
    folder: Path | None
    """Where the files that the schema refers to are; not part of the identity, their content is."""

    @staticmethod
    def of(dataset: Dataset, format: str, shard_rows: int | None = None) -> Plan:
        """Return the plan for writing a dataset in a format."""
        schema = dataset.schema
        return Plan(
            {
                "format": format,
                "rows": [dataset.start, dataset.stop],
                "shard_rows": shard_rows or schema.generator.shard_rows,
                "schema": schema.resolved(),
                "stream_version": STREAM_VERSION,
                "versions": _versions(schema.generator_name, schema.generator.libraries, format),
            },
            schema.folder,
        )

    @property
    def format(self) -> str:
        """The name of the writer."""
        return str(self.identity["format"])

    @property
    def generator(self) -> str:
        """The name of the generator."""
        return str(self.identity["schema"]["generator"])

    @cached_property
    def sha256(self) -> str:
        """The checksum of the identity."""
        return hashlib.sha256(json_page(self.identity)).hexdigest()

    @property
    def shard_count(self) -> int:
        """How many shards there are; at least one, so that an empty dataset has its files too."""
        start, stop = self.identity["rows"]
        return max(1, -(-int(stop - start) // int(self.identity["shard_rows"])))

    def shard(self, index: int) -> ShardRange:
        """Return one shard."""
        start, stop = self.identity["rows"]
        size = int(self.identity["shard_rows"])
        return ShardRange(index, min(start + index * size, stop), min(start + (index + 1) * size, stop))

    def difference(self, other: Mapping[str, Any]) -> str:
        """Return where another identity differs first, for people: `rows: [0, 10] there, [0, 20] here`."""
        return _difference(other, self.identity, "") or "nothing"


def _versions(generator: str, libraries: tuple[str, ...], format: str) -> dict[str, str]:
    found = {}
    libraries = (*libraries, *plugins.writer(format).libraries)
    for name in sorted({plugins.DISTRIBUTION, "numpy", "pyarrow", *libraries}):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    found["generator"] = plugins.package_of(plugins.GENERATORS, "generator", generator)
    found["writer"] = plugins.package_of(plugins.WRITERS, "format", format)
    return found


def _difference(there: Any, here: Any, path: str) -> str | None:
    if isinstance(there, Mapping) and isinstance(here, Mapping):
        for key in (*there, *(k for k in here if k not in there)):
            where = f"{path}.{key}" if path else str(key)
            if found := _difference(there.get(key), here.get(key), where):
                return found
        return None
    if there == here:
        return None
    return f"{path}: {_short(there)} there, {_short(here)} now"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
