"""`synthlab fit`."""

from __future__ import annotations

import json
from pathlib import Path

import rich_click as click

from .options import as_json

__all__ = ["fit"]


@click.command()
@click.argument("source")
@click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(path_type=Path),
    help="The schema file to write: NAME.yaml.",
)
@click.option("--target", metavar="COLUMN", help="The column that a model is to learn.")
@click.option(
    "--synthesizer",
    metavar="NAME",
    help="How to learn a table: trees, copula, gaussian_copula, tvae, ctgan, copula_gan; by default the "
    "first three are tried and the best one kept.",
)
@click.option(
    "--budget",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Also try synthesizers that take long, tvae and ctgan, where they are expected to fit in.",
)
@click.option("--table", metavar="NAME", help="The table of a database, or the sheet of a workbook.")
@click.option("--query", metavar="SQL", help="A query in place of a table of a database.")
@click.option(
    "--sequence",
    metavar="COLUMN",
    help="The column that says of whom a row is, where somebody has many rows.",
)
@click.option("--order", metavar="COLUMN", help="With --sequence, the column by which rows are in order.")
@click.option(
    "--keys", metavar="CHILD.COLUMN=PARENT.COLUMN", help="Which columns refer to which, of several tables."
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="NAME=KIND",
    help="What a column is, where it is taken for something else: category, number, date, made_up or drop.",
)
@click.option("--text", metavar="COLUMN", help="Learn to write reviews: the column that holds them.")
@click.option("--label", metavar="COLUMN", help="With --text, the column of their classes or stars.")
@click.option("--images", metavar="DIR", help="Of labeled images, the folder that holds them.")
@click.option("--generator", metavar="NAME", help="Which generator learns; by default the one that can.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N")
@click.option(
    "--option", "options", multiple=True, metavar="NAME=VALUE", help="An option of the generator's fit."
)
@click.option("--overwrite", is_flag=True, help="Replace the schema file if it exists.")
@as_json
def fit(
    source: str,
    output: Path,
    target: str | None,
    synthesizer: str | None,
    budget: float | None,
    table: str | None,
    query: str | None,
    sequence: str | None,
    order: str | None,
    keys: str | None,
    columns: tuple[str, ...],
    text: str | None,
    label: str | None,
    images: str | None,
    generator: str | None,
    seed: int,
    options: tuple[str, ...],
    overwrite: bool,
    as_json: bool,
) -> None:
    """Learn from real data in SOURCE, and write a schema file that you can read, edit and generate from.

    SOURCE is a file (of a table: CSV, Parquet, Arrow, JSON Lines, Excel, SQLite, DuckDB; FILE#NAME for one of
    its tables), the URL of a database, or a folder of tables that refer to each other. With --text and
    --label it is a file of reviews (CSV, Parquet, Arrow, JSON Lines). Or it is labeled images: a COCO file,
    or a folder of COCO, Pascal VOC or YOLO.
    """
    from ..errors import UsageError
    from ..fitting import fit

    pairs = dict(option.partition("=")[::2] for option in options)
    if bad := [option for option in options if "=" not in option]:
        raise UsageError(f"--option {bad[0]}: write it as NAME=VALUE")
    seconds = None if budget is None else f"{budget:g}"
    named = {"target": target, "synthesizer": synthesizer, "budget": seconds, "table": table, "query": query}
    said = "".join(f"{column}\n" for column in columns) or None
    named |= {"sequence": sequence, "order": order, "keys": keys, "columns": said}
    named |= {"text": text, "label": label, "images": images}
    pairs |= {name: value for name, value in named.items() if value is not None}
    made = fit(source, output, generator=generator, seed=seed, options=pairs, overwrite=overwrite)
    if as_json:
        data = {"schema": str(made.schema), "files": [str(f) for f in made.files], "notes": list(made.notes)}
        click.echo(json.dumps({**data, "generator": made.generator}, indent=1))
        return
    for note in made.notes:
        click.echo(f"  {note}", err=True)
    click.echo(f"{made.schema} is there. Next: synthlab preview {made.schema}", err=True)
