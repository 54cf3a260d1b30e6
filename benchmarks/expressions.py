"""Nanoseconds a row of one rule over a million rows, beside simpleeval where it is installed.

    python benchmarks/expressions.py

CPU time of one thread; the median of the runs, with the least and the most. simpleeval is given the rule
parsed once, and fewer rows, one after the other, as it knows no arrays. Both must agree on what holds.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from synthlab.expressions import compile
from synthlab.rows import Rows

RULE = "age > 40 and income*0.3 + 1000*log(age) > 9000 and category in ('pro','plus')"
ROWS = 1_000_000
BLOCK = 65_536
ROWS_ONE_BY_ONE = 20_000
RUNS = 7


def columns(rows: int) -> dict[str, pa.Array]:
    """Return the columns that the rule reads."""
    drawn = Rows(7, 0, rows)
    category = drawn.stream("category").choice((0.6, 0.3, 0.1)).astype("int32")
    return {
        "age": pa.array(drawn.stream("age").integers(18, 91)),
        "income": pa.array(drawn.stream("income").uniform(5_000.0, 60_000.0)),
        "category": pa.DictionaryArray.from_arrays(pa.array(category), pa.array(["basic", "plus", "pro"])),
    }


def measured(name: str, rows: int, count: Callable[[], int]) -> float:
    """Print and return how many nanoseconds a row takes."""
    taken = []
    for _ in range(RUNS + 1):
        began = time.process_time()
        held = count()
        taken.append((time.process_time() - began) * 1e9 / rows)
    taken = sorted(taken[1:])  # the first is not counted
    median = statistics.median(taken)
    print(
        f"{name:34} {median:10,.1f} ns/row   ({taken[0]:,.1f} to {taken[-1]:,.1f}; {held:,} of {rows:,} hold)"
    )
    return median


def main() -> None:
    data = columns(ROWS)
    rule = compile(RULE, {name: column.type for name, column in data.items()})

    def whole() -> int:
        return rule.evaluate(data, ROWS).true_count

    def in_blocks() -> int:
        held = 0
        for start in range(0, ROWS, BLOCK):
            block = {name: column.slice(start, BLOCK) for name, column in data.items()}
            held += rule.evaluate(block, min(BLOCK, ROWS - start)).true_count
        return held

    began = time.process_time()
    for _ in range(100):
        compile(RULE, {name: column.type for name, column in data.items()})
    print(f"{'synthlab, compiling it once':34} {(time.process_time() - began) * 1e4:10,.1f} microseconds")
    measured("synthlab, a million rows at once", ROWS, whole)
    ours = measured(f"synthlab, in blocks of {BLOCK:,}", ROWS, in_blocks)
    assert whole() == in_blocks()

    try:
        from simpleeval import EvalWithCompoundTypes
    except ImportError:
        print("simpleeval is not installed; `pip install simpleeval` in an environment of its own to compare")
        return
    few = {name: column.slice(0, ROWS_ONE_BY_ONE) for name, column in data.items()}
    records: list[dict[str, Any]] = pa.table(few).to_pylist()
    evaluator = EvalWithCompoundTypes(functions={"log": math.log})
    parsed = evaluator.parse(RULE)

    def one_by_one() -> int:
        held = 0
        for record in records:
            evaluator.names = record
            held += bool(evaluator.eval(RULE, previously_parsed=parsed))
        return held

    theirs = measured("simpleeval, parsed once", ROWS_ONE_BY_ONE, one_by_one)
    assert rule.evaluate(few, ROWS_ONE_BY_ONE).true_count == one_by_one()
    print(f"simpleeval takes {theirs / ours:,.0f} times as long")


if __name__ == "__main__":
    main()
