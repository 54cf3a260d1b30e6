"""The schema file that `synthlab init` writes."""

from __future__ import annotations

from .. import plugins

__all__ = ["starter"]


def starter(name: str, generator: str) -> str:
    """Return a commented schema file to start from; raises PluginError for an unknown generator."""
    plugins.generator(generator)
    return ""
