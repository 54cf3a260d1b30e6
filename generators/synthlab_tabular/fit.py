"""From a real table to a schema: read it, decide what its columns are, learn a model."""

from __future__ import annotations

import math
from collections.abc import Mapping

from synthlab.errors import InputError, did_you_mean
from synthlab.generator import FileReference, FitRequest, Fitted
from synthlab.rows import Rows

from .choosing import choose
from .column import Array
from .declaring import declare
from .overruling import overruled, read_wishes
from .profile import Categories, Numbers, Profile, profile
from .reading import MOST_ROWS, RawTable, read_table
from .synthesizers import REFUSED, SYNTHESIZERS, Synthesizer

__all__ = ["fit"]

LEAST_ROWS = 50
OPTIONS = ("target", "synthesizer", "budget", "table", "query", "sequence", "order", "keys", "columns")
PRIVATE = "dp_trees"
"""Learn with differential privacy, by a declared domain."""
AUTO = "auto"
"""Try all synthesizers on a part of the table, and keep the one that suits it."""


def fit(request: FitRequest) -> Fitted:
    """Return the schema and the model of a real table. Of its rows, nothing remains in them."""
    if request.options.get("synthesizer") == PRIVATE:
        from .private.fitting import fit_private

        # By a domain that was declared: nothing that is decided below may be decided by the data.
        # Of all rows: which ones a sample has would follow from rows that it lacks.
        return fit_private(request, _read(request, most=None).columns)
    wanted = _synthesizer(request.options.get("synthesizer", AUTO))
    options = _options(request.options, wanted)
    budget = _budget(request.options.get("budget"))
    if together := _together(request):
        return together
    table = _read(request)
    if table.rows < LEAST_ROWS:
        raise InputError(
            f"{request.name}: {table.rows} rows are too few to learn from "
            f"without showing them; at least {LEAST_ROWS} are needed"
        )
    target = request.options.get("target")
    profiles = _profiles(table.columns, target, read_wishes(request.options.get("columns", "")))
    if target is not None and not isinstance(profiles[target], (Numbers, Categories)):
        raise InputError(f"the target {target!r} cannot be learned: {profiles[target].note}")
    declared = declare(profiles, target)
    found = declared.learned
    if not found:
        reasons = "\n".join(f"  {p.name}: {p.note}" for p in profiles.values())
        raise InputError(f"{request.name}: no column can be learned\n{reasons}")
    rows = Rows(request.seed, 0, table.rows)
    synthesizer, said = (wanted, []) if wanted else choose(found, target, rows, budget)
    model = synthesizer.learn(found, target, rows, options)
    file = FileReference(synthesizer.file)
    described = {"model": file, "columns": declared.columns}
    notes = [*table.notes, *declared.notes, *said]
    if target is None:
        notes.append("no column is a label; --target COLUMN makes one")
    return Fitted(
        described,
        table.total,
        {file: model},
        tuple(notes),
        {"description": _description(request, synthesizer)},
    )


def _together(request: FitRequest) -> Fitted | None:
    """Return what was learned of several tables, or of a sequence; None where there is neither."""
    given = request.options
    if "order" in given and "sequence" not in given:
        raise InputError(
            f"order={given['order']}: only with --sequence, the column that says of whom a row is"
        )
    if "sequence" in given:
        from .related import fit_sequence

        table = _read(request, most=None)
        return fit_sequence(request, table.columns, table.notes)
    if "table" not in given and "query" not in given:
        from .related import fit_related, read_related

        several = read_related(request.source)
        if several is not None:
            return fit_related(request, several.tables, several.declared, several.notes)
    if "keys" in given:
        raise InputError(f"keys={given['keys']}: only for a folder or a database of several tables")
    return None


def _read(request: FitRequest, most: int | None = MOST_ROWS) -> RawTable:
    part, query = (request.options.get(option) for option in ("table", "query"))
    return read_table(request.source, table=part, query=query, seed=request.seed, most=most)


def _profiles(
    columns: Mapping[str, Array], target: str | None, wishes: Mapping[str, str]
) -> dict[str, Profile]:
    if target is not None and target not in columns:
        known = ", ".join(columns)
        raise InputError(
            f"there is no column {target!r} for the target;{did_you_mean(target, columns)} there are {known}"
        )
    for name in wishes:
        if name not in columns:
            raise InputError(
                f"column {name}={wishes[name]}: there is no such column;{did_you_mean(name, columns)}"
            )
    return {
        n: overruled(n, values, wishes[n]) if n in wishes else profile(n, values, is_target=n == target)
        for n, values in columns.items()
    }


def _synthesizer(name: str) -> Synthesizer | None:
    """Return the synthesizer of this name, or None when it is to be chosen."""
    if name == AUTO:
        return None
    known = (AUTO, *SYNTHESIZERS, PRIVATE)
    if name in REFUSED:
        raise InputError(f"there is no synthesizer {name!r}, on purpose: {REFUSED[name]}")
    if name not in known:
        raise InputError(
            f"there is no synthesizer {name!r};{did_you_mean(name, known)} there are {', '.join(known)}"
        )
    return SYNTHESIZERS[name]


def _options(given: Mapping[str, str], wanted: Synthesizer | None) -> dict[str, str]:
    """Return the options of the synthesizer; raises InputError for one that nothing would heed."""
    takers = {name: [n for n, s in SYNTHESIZERS.items() if name in s.options] for name in given}
    for option, value in given.items():
        known = (*OPTIONS, *sorted({name for s in SYNTHESIZERS.values() for name in s.options}))
        if option not in known:
            raise InputError(
                f"fit has no option {option!r};{did_you_mean(option, known)} it takes {', '.join(known)}"
            )
        if option not in OPTIONS and (wanted is None or option not in wanted.options):
            raise InputError(f"{option}={value}: only for --synthesizer {' or '.join(takers[option])}")
        if option == "budget" and wanted is not None:
            raise InputError(f"budget={value}: only for --synthesizer {AUTO}, which has more than one to try")
    return {option: value for option, value in given.items() if option not in OPTIONS}


def _budget(given: str | None) -> float:
    """Return the seconds that may be spent on synthesizers that take long."""
    if given is None:
        return 0.0
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise InputError(f"budget={given}: a budget is a number of seconds, such as 300")
    return seconds


def _description(request: FitRequest, synthesizer: Synthesizer) -> str:
    return f"Learned from {request.name} with {synthesizer.words}."
