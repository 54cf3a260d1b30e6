"""`synthlab validate`."""

from __future__ import annotations

import rich_click as click

from .options import plural

__all__ = ["validate"]


@click.command()
@click.argument("schema")
def validate(schema: str) -> None:
    """Check SCHEMA and report every problem in it, with its line and column."""
    from .. import load_tables

    tables = load_tables(schema)
    for name, dataset in tables.items():
        columns = ", ".join(dataset.features.columns)
        made = f"{plural(len(dataset), 'row')} by {dataset.schema.generator_name}: {columns}"
        click.echo(f"{schema}: {'fine' if len(tables) == 1 else f'table {name} is fine'}; {made}", err=True)
