"""From the plan to the words: text, and where in it each labeled string stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from synthlab import Rows

from ..engine import expand, finish
from ..engine.finish import Runs
from .language import JUDGEMENT, REMARK, Language
from .notation import OPINION, TERM
from .planning import Plan, Settings, make_plan
from .wording import FIRST_ENTITY

__all__ = ["Reviews", "Settings", "skeletons", "write"]

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Reviews:
    """A batch of reviews as arrays: what they mean, what they say, and where.

    Spans have shape `(clauses, 2)` or `(entities, 2)`: start and end (exclusive) in code points of the
    row's text; those of a clause that names no aspect or says no opinion are -1.
    """

    plan: Plan
    texts: pa.StringArray
    terms: Ints
    opinions: Ints
    entities: Ints
    entity_labels: Ints
    entity_rows: Ints


def write(language: Language, rows: Rows, settings: Settings) -> Reviews:
    """Return the reviews of these rows."""
    plan = make_plan(language, rows, settings)
    words = rows.stream("words").words()
    made = expand(language.program, "start", plan.attributes, plan.first, words)
    done = finish(language.program.strings, made, plan.row, plan.past)
    clauses = np.full(len(plan.row), -1)
    clauses[plan.clauses] = np.arange(len(plan.clauses))
    terms, opinions = (_by_clause(done.runs(bit), clauses, len(plan.clauses)) for bit in (TERM, OPINION))
    # What judges the whole is worded by its phrase alone, so that is where it denies something.
    denying = done.frames[((done.tags & OPINION) != 0) & language.denying.take(done.codes)]
    whole = np.flatnonzero(plan.kind > REMARK)
    plan.negated[whole] = np.isin(plan.clauses[whole], denying)
    bits = [1 << (FIRST_ENTITY + number) for number in range(len(language.entities))]
    named = done.with_any(sum(bits))
    found = [named.runs(bit) for bit in bits]
    spans = np.concatenate([runs.spans for runs in found])
    label = np.repeat(np.arange(len(found), dtype=np.int32), [len(runs.row) for runs in found])
    row = np.concatenate([runs.row for runs in found])
    order = np.lexsort((spans[:, 0], row))
    return Reviews(plan, done.texts, terms, opinions, spans[order], label[order], row[order])


def skeletons(language: Language, plan: Plan) -> list[str]:
    """Return what the templates alone say in each row: their own words, with the slots left blank."""
    compositions, templates = language.compositions.skeletons, language.templates.skeletons
    whole = [compositions[number] for number in plan.of("composition")[plan.first].tolist()]
    said = plan.clauses[plan.kind <= JUDGEMENT]
    for row, template in zip(plan.row[said].tolist(), plan.of("template")[said].tolist(), strict=True):
        whole[row] += f" {templates[template]}"
    return whole


def _by_clause(runs: Runs, number: npt.NDArray[np.int64], clauses: int) -> Ints:
    """Return the first run of each clause; of a clause without any, -1."""
    spans = np.full((clauses, 2), -1, np.int32)
    first = np.flatnonzero(np.append(True, np.diff(runs.frames) != 0)[: len(runs.frames)])
    at = number.take(runs.frames.take(first))
    spans[at, 0], spans[at, 1] = runs.start.take(first), runs.end.take(first)
    return spans
