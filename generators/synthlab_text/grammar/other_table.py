"""The rows of another table, as words of the texts that speak of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from synthlab import Table

from ..engine.strings import ENDS_SENTENCE, IS_MARKED, Strings, StringsBuilder
from .english import written as in_form

__all__ = ["Written", "looked_up", "write_columns"]

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Written:
    """Values of a batch as strings: `codes` has that of each column and row, as numbers of `strings` plus
    how many strings there were before."""

    codes: Ints
    strings: Strings


def looked_up(
    table: Table, numbers: npt.NDArray[np.int64], names: Sequence[str], seed: int
) -> dict[str, pa.Array]:
    """Return columns of the table's rows as a person reads them; row numbers go round when they run out."""
    numbers = numbers % max(1, table.rows)
    batch = table.take(numbers, names, seed)
    return {name: table.features[name].readable(batch.column(name)) for name in names}


def write_columns(
    columns: dict[str, pa.Array], wanted: Sequence[tuple[str, tuple[str, ...]]], before: int, rows: int
) -> Written:
    """Return what is written of the columns, each different value once."""
    builder = StringsBuilder()
    codes = np.zeros((len(wanted), rows), np.int32)
    for place, (name, forms) in enumerate(wanted):
        encoded = pc.dictionary_encode(pc.fill_null(columns[name].cast(pa.string()), ""))
        texts = [_formed(text, forms) for text in encoded.dictionary.to_pylist()]
        numbers = np.array([builder.add(text) for text in texts], np.int32)
        codes[place] = numbers[encoded.indices.to_numpy(zero_copy_only=False)] + before
    strings = builder.build()
    shifted = replace(
        strings,
        past=strings.past + np.int32(before),
        capital=strings.capital + np.int32(before),
        # No text of a table is an article or a full stop.
        flags=strings.flags & np.uint8(ENDS_SENTENCE | IS_MARKED),
    )
    return Written(codes, shifted)


def _formed(text: str, forms: Sequence[str]) -> str:
    for form in forms:
        if form.isdigit():
            try:
                text = f"{float(text):.{int(form)}f}"
            except ValueError:
                continue  # no number: as it stands
        else:
            text = in_form(text, form)
    return text
