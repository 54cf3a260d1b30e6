"""Options and words that several commands share."""

from __future__ import annotations

from typing import Any

import rich_click as click

__all__ = ["as_json", "plural", "rows_option", "seed_option", "size", "split_text"]

rows_option = click.option(
    "--rows", type=click.IntRange(min=0), metavar="N", help="How many rows, in place of the schema's."
)
seed_option = click.option(
    "--seed", type=click.IntRange(min=0), metavar="N", help="Another seed: other rows of the same kind."
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on stdout.")


def size(count: float) -> str:
    """Return a number of bytes for people."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def plural(count: int, word: str) -> str:
    """Return `1 file`, `2,000 files`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def split_text(splits: dict[str, Any]) -> str:
    """Return ` (train 80, test 20)`, or nothing for a dataset without splits."""
    named = [f"{name} {rows:,}" for name, rows in splits.items()]
    return f" ({', '.join(named)})" if named else ""
