"""From a real table to a schema: read it, decide what its columns are, learn a model."""

from __future__ import annotations

from collections.abc import Mapping

from synthlab.errors import InputError, did_you_mean
from synthlab.generator import FileReference, FitRequest, Fitted
from synthlab.rows import Rows

from .choosing import choose
from .column import Array
from .declaring import declare
from .profile import Categories, Numbers, Profile, profile
from .reading import read_table
from .synthesizers import SYNTHESIZERS, Synthesizer

__all__ = ["fit"]

LEAST_ROWS = 50
OPTIONS = ("target", "synthesizer")
AUTO = "auto"
"""Try all synthesizers on a part of the table, and keep the one that suits it."""


def fit(request: FitRequest) -> Fitted:
    """Return the schema and the model of a real table. Of its rows, nothing remains in them."""
    for option in request.options:
        if option not in OPTIONS:
            raise InputError(
                f"fit has no option {option!r};{did_you_mean(option, OPTIONS)} "
                "it takes target=COLUMN and synthesizer=NAME"
            )
    wanted = _synthesizer(request.options.get("synthesizer", AUTO))
    table = read_table(request.source)
    if table.rows < LEAST_ROWS:
        raise InputError(
            f"{request.source.name}: {table.rows} rows are too few to learn from "
            f"without showing them; at least {LEAST_ROWS} are needed"
        )
    target = request.options.get("target")
    profiles = _profiles(table.columns, target)
    if target is not None and not isinstance(profiles[target], (Numbers, Categories)):
        raise InputError(f"the target {target!r} cannot be learned: {profiles[target].note}")
    declared = declare(profiles, target)
    found = declared.learned
    if not found:
        reasons = "\n".join(f"  {p.name}: {p.note}" for p in profiles.values())
        raise InputError(f"{request.source.name}: no column can be learned\n{reasons}")
    rows = Rows(request.seed, 0, table.rows)
    synthesizer, said = (wanted, []) if wanted else choose(found, target, rows)
    model = synthesizer.learn(found, target, rows)
    file = FileReference(synthesizer.file)
    options = {"model": file, "columns": declared.columns}
    notes = [*table.notes, *declared.notes, *said]
    if target is None:
        notes.append("no column is a label; --target COLUMN makes one")
    return Fitted(
        options, table.rows, {file: model}, tuple(notes), {"description": _description(request, synthesizer)}
    )


def _profiles(columns: Mapping[str, Array], target: str | None) -> dict[str, Profile]:
    if target is not None and target not in columns:
        known = ", ".join(columns)
        raise InputError(
            f"there is no column {target!r} for the target;{did_you_mean(target, columns)} there are {known}"
        )
    return {n: profile(n, values, is_target=n == target) for n, values in columns.items()}


def _synthesizer(name: str) -> Synthesizer | None:
    """Return the synthesizer of this name, or None when it is to be chosen."""
    if name == AUTO:
        return None
    known = (AUTO, *SYNTHESIZERS)
    if name not in known:
        raise InputError(
            f"there is no synthesizer {name!r};{did_you_mean(name, known)} there are {', '.join(known)}"
        )
    return SYNTHESIZERS[name]


def _description(request: FitRequest, synthesizer: Synthesizer) -> str:
    return f"Learned from {request.source.name} with {synthesizer.words}."
