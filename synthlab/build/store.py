"""Files that appear whole or not at all, in a folder that one build owns."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import LockedError, StorageError, UsageError
from ..json_text import json_page

__all__ = ["MANIFEST", "WORK", "FileEntry", "Store", "storage_errors"]

MANIFEST = "synthlab.json"
"""Written last: a folder without it is not a dataset."""
WORK = ".synthlab"
"""Where a build keeps what it needs to go on; it goes away when the dataset is done."""

CREATED = f"{WORK}/created.txt"
FEW = 8


@dataclass(frozen=True)
class FileEntry:
    """One file of a dataset: its path with `/`, relative to the folder, its size and its SHA-256."""

    path: str
    bytes: int
    sha256: str

    def to_json(self) -> dict[str, Any]:
        """Return what receipts and the manifest say of the file, without its path."""
        return {"bytes": self.bytes, "sha256": self.sha256}


class Store:
    """A folder, and how files get into it."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)

    def path(self, name: str) -> Path:
        """Return where a file is; its name is relative, with `/`, and never leaves the folder."""
        if name.startswith("/") or not {"", ".", ".."}.isdisjoint(name.split("/")):
            raise ValueError(f"{name!r} is not a path inside a dataset folder")
        return self.root / name

    @contextmanager
    def create(
        self, name: str, entries: list[FileEntry] | None = None, *, durable: bool = False
    ) -> Iterator[BinaryIO]:
        """Open a new file that appears under its name when the block ends without an error.

        Its entry is added to `entries`. A `durable` file outlasts a power cut from here on; for others,
        `settle` sees to that. Raises StorageError when the disk is full or not writable.
        """
        final = self.path(name)
        temporary = self.path(f"{WORK}/tmp") / f"{os.getpid()}-{name.replace('/', '-')}"
        with storage_errors(name):
            temporary.parent.mkdir(parents=True, exist_ok=True)
            final.parent.mkdir(parents=True, exist_ok=True)
            raw = _Hashed(temporary, name)
        try:
            buffered = io.BufferedWriter(raw, buffer_size=1 << 17)
            yield buffered
            buffered.flush()
            with storage_errors(name):
                if durable:
                    os.fsync(raw.fileno())
                buffered.close()
                self._claim(name, final)
                temporary.replace(final)
                if durable:
                    _sync(final.parent)
        except BaseException:
            raw.close()
            temporary.unlink(missing_ok=True)
            raise
        if entries is not None:
            entries.append(FileEntry(name, raw.size, raw.digest.hexdigest()))

    def settle(self, entries: Sequence[FileEntry]) -> None:
        """Make files outlast a power cut, before a receipt or the manifest vouches for them."""
        if len(entries) > FEW and hasattr(os, "sync"):
            os.sync()  # one call for all: syncing thousands of small files one by one takes half the time
            return
        for entry in entries:
            with storage_errors(entry.path):
                descriptor = os.open(self.path(entry.path), os.O_RDWR)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)

    def created(self) -> list[str]:
        """Return the files that this build put into the folder, finished or not."""
        with storage_errors(CREATED):
            try:
                return self.path(CREATED).read_text("utf-8").splitlines()
            except FileNotFoundError:
                return []

    def note(self, names: Iterable[str]) -> None:
        """Note files of ours, before they appear or go."""
        with storage_errors(CREATED), self.path(CREATED).open("a", encoding="utf-8", newline="") as journal:
            # One write of whole lines, whoever else is writing.
            journal.write("".join(f"{name}\n" for name in names))

    def _claim(self, name: str, final: Path) -> None:
        """Note a file of the dataset, and refuse to replace one that is not ours."""
        if name.startswith(WORK) or name == MANIFEST:
            return
        if final.exists() and name not in self.created():
            raise UsageError(f"{final} is there already, and synthlab did not make it; move it away")
        self.note([name])

    def write_json(self, name: str, data: Any) -> None:
        """Write a small JSON file, whole or not at all."""
        with self.create(name, durable=True) as file:
            file.write(json_page(data))

    def read_json(self, name: str) -> Any | None:
        """Return the content of a JSON file, or None when there is none or it is damaged."""
        with storage_errors(name):
            try:
                return json.loads(self.path(name).read_bytes())
            except FileNotFoundError:
                return None
            except ValueError:
                return None

    def entry(self, name: str) -> FileEntry | None:
        """Return the size and checksum of a file as it is now, or None when there is none."""
        digest, size = hashlib.sha256(), 0
        with storage_errors(name):
            try:
                with self.path(name).open("rb") as file:
                    while chunk := file.read(1 << 20):
                        digest.update(chunk)
                        size += len(chunk)
            except FileNotFoundError:
                return None
        return FileEntry(name, size, digest.hexdigest())

    def has(self, entry_path: str, size: int) -> bool:
        """Return whether a file of that size is there."""
        try:
            return self.path(entry_path).stat().st_size == size
        except OSError:
            return False

    def remove(self, name: str) -> None:
        """Remove a file of ours if it is there, and the folders that this leaves empty."""
        path = self.path(name)
        with storage_errors(name):
            path.unlink(missing_ok=True)
            for parent in path.parents:
                if parent == self.root or not parent.is_dir() or any(parent.iterdir()):
                    break
                parent.rmdir()

    def remove_tree(self, name: str) -> None:
        """Remove a file or a whole folder of the build's own."""
        path = self.path(name)
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)

    def foreign(self) -> list[str]:
        """Return a few names in the folder that no build put there, when no build has been there."""
        with storage_errors(str(self.root)):
            if not self.root.is_dir():
                return []
            names = sorted(path.name for path in self.root.iterdir())
        return [] if MANIFEST in names or WORK in names else names[:5]

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep the folder for this build; raises LockedError while another has it."""
        path = self.path(f"{WORK}/lock")
        with storage_errors(WORK):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
        try:
            _lock(descriptor, self.root)
            # The build that had the lock may have finished, and removed this very file, in between.
            if not path.exists() or path.stat().st_ino != os.fstat(descriptor).st_ino:
                raise LockedError(f"{self.root}: another build has just finished here; run the command again")
            yield
        finally:
            os.close(descriptor)


@contextmanager
def storage_errors(name: str) -> Iterator[None]:
    """Turn errors of the operating system into StorageError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            message = f"the disk is full (while writing {name}); whole shards are kept: make room and run "
            raise StorageError(message + "the same command again to go on") from error
        raise StorageError(f"cannot read or write {name}: {error.strerror or error}") from error


class _Hashed(io.FileIO):
    """A file that knows the checksum of what went into it."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, "wb")
        self.entry_name = name
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: Any) -> int:
        with storage_errors(self.entry_name):
            written = super().write(data)
        self.digest.update(memoryview(data).cast("B")[:written])
        self.size += written
        return written


def _sync(folder: Path) -> None:
    """Make renames in a folder last through a power cut, where folders can be synced."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _lock(descriptor: int, root: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError as error:
            raise _locked(root) from error
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise _locked(root) from error
    except OSError as error:
        raise StorageError(
            f"cannot lock {root}: {error.strerror}; choose a folder on another disk"
        ) from error


def _locked(root: Path) -> LockedError:
    return LockedError(f"{root}: another build is writing here; wait for it or choose another folder")
