"""Generators and writers by name, found through the entry points of installed packages.

The built-in ones take the same way as anyone's, so there is one way to keep working.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import TYPE_CHECKING, Literal

from .errors import PluginError, did_you_mean

if TYPE_CHECKING:
    from .generator import Generator
    from .writers import Writer

__all__ = [
    "DISTRIBUTION",
    "generator",
    "generator_names",
    "missing",
    "modules",
    "package_of",
    "writer",
    "writer_names",
]

DISTRIBUTION = "synthlab-data"
"""The name of this package when it is installed; the import name is `synthlab`."""

GENERATORS = "synthlab.generators"
WRITERS = "synthlab.writers"


def generator_names() -> list[str]:
    """Return the names of the installed generators, sorted; none of them is loaded."""
    return sorted({point.name for point in _points(GENERATORS)})


def writer_names() -> list[str]:
    """Return the names of the installed writers (formats), sorted; none of them is loaded."""
    return sorted({point.name for point in _points(WRITERS)})


def generator(name: str) -> type[Generator]:
    """Load a generator class by name."""
    from .generator import Generator

    found = _load(GENERATORS, "generator", name)
    if not (isinstance(found, type) and issubclass(found, Generator)):
        raise PluginError(f"generator {name!r} is {found!r}, which is no subclass of synthlab.Generator")
    return found


def writer(name: str) -> Writer:
    """Load a writer by name."""
    from .writers import Writer

    found = _load(WRITERS, "format", name)
    if not (isinstance(found, type) and issubclass(found, Writer)):
        raise PluginError(f"format {name!r} is {found!r}, which is no subclass of synthlab.Writer")
    return found()


def package_of(group: str, kind: str, name: str) -> str:
    """Return `"distribution version"` of the package that offers a plugin."""
    distribution = _find(group, kind, name).dist
    return f"{distribution.name} {distribution.version}" if distribution else "unknown"


def modules(generator: str, writer: str) -> list[str]:
    """Return the modules that a generator and a writer live in, for worker processes to load early."""
    return [_find(GENERATORS, "generator", generator).module, _find(WRITERS, "format", writer).module]


def missing(name: str, error: ImportError, kind: Literal["generator", "format"] = "generator") -> PluginError:
    """Return the error of a generator or format that lacks a package for part of its work."""
    remedy = _remedy(_find(GENERATORS if kind == "generator" else WRITERS, kind, name))
    return PluginError(f"{kind} {name!r} needs more for this: {str(error).rstrip('.')}.{remedy}")


def _points(group: str) -> EntryPoints:
    return _installed(group, tuple(sys.path))


@lru_cache(maxsize=8)
def _installed(group: str, path: tuple[str, ...]) -> EntryPoints:
    """Return what is installed on a search path; it is read once, as every schema asks several times."""
    return entry_points(group=group)


def _load(group: str, kind: str, name: str) -> object:
    point = _find(group, kind, name)
    try:
        return point.load()
    except ImportError as error:
        raise PluginError(
            f"{kind} {name!r} is installed but cannot be loaded: {error}.{_remedy(point)}"
        ) from error
    except AttributeError as error:
        raise PluginError(f"{kind} {name!r} points at {point.value}, which does not exist") from error


def _find(group: str, kind: str, name: str) -> EntryPoint:
    points = {point.value: point for point in _points(group) if point.name == name}
    if not points:
        known = sorted({point.name for point in _points(group)})
        hint = did_you_mean(name, known)
        raise PluginError(f"no {kind} is named {name!r};{hint} installed are: {', '.join(known) or 'none'}")
    if len(points) > 1:
        owners = ", ".join(f"{p.value} (from {p.dist.name if p.dist else '?'})" for p in points.values())
        raise PluginError(f"{kind} {name!r} is offered twice: {owners}. Uninstall one of them.")
    return next(iter(points.values()))


def _remedy(point: EntryPoint) -> str:
    """Return how to get what is missing, where it is ours to know: an extra is named like its plugin."""
    if point.dist is None or point.name not in (point.dist.metadata.get_all("Provides-Extra") or ()):
        return ""
    if point.dist.name != DISTRIBUTION:
        return f" Try: pip install '{point.dist.name}[{point.name}]'"
    return f" In a checkout of synthlab: pip install -e '.[{point.name}]' -c constraints.txt"
