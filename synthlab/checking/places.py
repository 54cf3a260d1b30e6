"""Where the image files of a COCO file lie: it names them, but not from which folder."""

from __future__ import annotations

import itertools
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

__all__ = ["IMAGES", "Places", "split_of", "walk_files"]

IMAGES = {".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff"}

_SPLIT = re.compile(r"(?:^|[^a-z])(train|training|val|valid|validation|dev|minival|test|testing)(?=$|[^a-z])")
_SAME = {
    "training": "train",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "minival": "val",
    "testing": "test",
}


def split_of(name: str) -> str | None:
    """Return `train`, `val` or `test` where a path says so, in its last part that does."""
    found = _SPLIT.findall(name.casefold())
    return _SAME.get(found[-1], found[-1]) if found else None


def walk_files(root: Path) -> list[str]:
    """Return the paths of all files within a folder, with slashes, in order; hidden ones are left out."""
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inner = Path(folder).relative_to(root).as_posix()
        prefix = "" if inner == "." else f"{inner}/"
        found += [prefix + name for name in sorted(files) if not name.startswith(".")]
    return found


class Places:
    """The image files of a folder, by their names."""

    def __init__(self, root: Path, files: Iterable[str]) -> None:
        self.root = root
        self.files = [name for name in files if PurePosixPath(name).suffix.lower() in IMAGES]
        self._by_name: dict[str, list[str]] = {}
        for name in self.files:
            self._by_name.setdefault(name.rpartition("/")[2], []).append(name)
        self._folded: dict[str, str] = {}

    def folders(self, json_name: str, names: Sequence[str]) -> list[str]:
        """Return the folders that files of these names lie in, the likeliest first, with a closing slash."""
        found: Counter[str] = Counter()
        for name in names:
            found.update(self._prefixes(name))
        split, near = split_of(json_name), json_name.rpartition("/")[0]
        return sorted(
            found,
            key=lambda folder: (
                -found[folder] if found[folder] < 0.5 * len(names) else -len(names),
                # Files of several splits are often called alike; then the split's own folder is meant.
                split is not None and split_of(folder) != split,
                -found[folder],
                # The folder nearest to the JSON file.
                -_common(near, folder),
                folder,
            ),
        )

    def find(self, name: str, folders: Sequence[str]) -> str | None:
        """Return the path of an image file, from the first of the folders that has it."""
        prefixes = self._prefixes(name)
        return next((folder + _plain(name) for folder in folders if folder in prefixes), None)

    def like(self, name: str) -> str | None:
        """Return a file whose name differs by case, ending or folder only."""
        if not self._folded:
            for path in reversed(self.files):
                self._folded[PurePosixPath(path).stem.casefold()] = path
        return self._folded.get(PurePosixPath(name.replace("\\", "/")).stem.casefold())

    def _prefixes(self, name: str) -> list[str]:
        wanted = _plain(name)
        return [
            path[: len(path) - len(wanted)]
            for path in self._by_name.get(wanted.rpartition("/")[2], ())
            if path == wanted or path.endswith(f"/{wanted}")
        ]


def _common(one: str, two: str) -> int:
    """Return how many folders two paths have in common from their start."""
    pairs = zip(one.split("/"), two.split("/"), strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def _plain(name: str) -> str:
    return name.removeprefix("./")
