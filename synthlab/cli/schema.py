"""`synthlab schema`."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

__all__ = ["schema"]


@click.group(invoke_without_command=True)
@click.pass_context
def schema(context: click.Context) -> None:
    """Print the JSON Schema of schema files, or write a schema from real data.

    Editors complete and check schema files with the JSON Schema, which has the options of every installed
    generator; `synthlab init` sets that up.
    """
    if context.invoked_subcommand is not None:
        return
    from ..json_text import json_page
    from ..schema import json_schema

    click.echo(json_page(json_schema()).decode(), nl=False)


@schema.command("from")
@click.argument("source")
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), help="The schema file; by default it is printed."
)
@click.option("--target", metavar="COLUMN", help="The column that a model is to learn.")
@click.option("--generator", metavar="NAME", help="Which generator reads it, when several can.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N")
@click.option("--overwrite", is_flag=True, help="Replace the schema file if it exists.")
def from_data(
    source: str, output: Path | None, target: str | None, generator: str | None, seed: int, overwrite: bool
) -> None:
    """Write a declared schema that makes rows like those of SOURCE, for a person to read and edit.

    It holds no row of the table: names, addresses and the like are made up, rare values are left out.
    """
    from ..build.store import storage_errors
    from ..errors import UsageError
    from ..fitting import describe

    if output is not None and output.exists() and not overwrite:
        raise UsageError(f"{output} exists already; choose another name, or --overwrite to replace it")
    options = {} if target is None else {"target": target}
    text, notes = describe(source, generator=generator, seed=seed, options=options)
    for note in notes:
        click.echo(f"  {note}", err=True)
    if output is None:
        click.echo(text, nl=False)
        return
    with storage_errors(str(output)):
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"{output} is there. Next: synthlab preview {output}", err=True)
