"""Sources with several tables, and libraries that not everybody has."""

from __future__ import annotations

from collections.abc import Sequence

from synthlab.errors import InputError, did_you_mean

__all__ = ["chosen", "needs"]


def chosen(source: str, what: str, wanted: str | None, known: Sequence[str]) -> str:
    """Return the table of this name, or the only one, or raise InputError that lists them."""
    listed = ", ".join(map(repr, known[:20])) + " ..." * (len(known) > 20)
    if not known:
        raise InputError(f"{source}: there is no {what} in it")
    if wanted is None:
        if len(known) == 1:
            return known[0]
        raise InputError(f"{source}: name one by --table; there are {listed}")
    if wanted not in known:
        raise InputError(
            f"{source}: there is no {what} {wanted!r};{did_you_mean(wanted, known)} there are {listed}"
        )
    return wanted


def needs(what: str, library: str) -> InputError:
    """Return the error that tells what to install."""
    return InputError(f"{what} needs {library}: install the extra `sources`, or {library} itself")
