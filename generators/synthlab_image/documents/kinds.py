"""The kinds of documents that there are.

A kind is a module with `record`, which draws what a document says, `truth`, which tells it as JSON holds it,
and `compose`, which lays it out. `NAMES` are what a schema file may give texts for, `FIELDS` the labels of
its fields, `KEYS` what may have a printed key, `FOLDING` how its paper is folded. To add a
kind: a short file here, and its name below.
"""

from __future__ import annotations

from types import ModuleType
from typing import Literal, get_args

from . import form, id_card, invoice, label, page, receipt, screen, table

__all__ = ["KINDS", "DocumentName", "field_names"]

DocumentName = Literal["receipt", "invoice", "form", "table", "id-card", "label", "screen", "page"]
KINDS: dict[DocumentName, ModuleType] = {
    "receipt": receipt,
    "invoice": invoice,
    "form": form,
    "table": table,
    "id-card": id_card,
    "label": label,
    "screen": screen,
    "page": page,
}
assert tuple(KINDS) == get_args(DocumentName)


def field_names(kinds: tuple[DocumentName, ...]) -> tuple[str, ...]:
    """Return the names of the fields of these kinds, keys last."""
    values = dict.fromkeys(name for kind in kinds for name in KINDS[kind].FIELDS)
    keys = dict.fromkeys(f"{name}_key" for kind in kinds for name in KINDS[kind].KEYS)
    return (*values, *keys)
