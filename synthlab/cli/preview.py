"""`synthlab preview`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from .options import as_json, seed_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..dataset import Dataset
    from ..features import Feature

__all__ = ["preview"]


@click.command()
@click.argument("schema")
@click.option(
    "--rows", type=click.IntRange(min=1), default=5, show_default=True, metavar="N", help="How many."
)
@seed_option
@click.option(
    "--picture",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.png",
    help="Draw the labeled images into one picture.",
)
@as_json
def preview(schema: str, rows: int, seed: int | None, picture: Path | None, as_json: bool) -> None:
    """Show the first rows that SCHEMA makes, with their labels; nothing is written."""
    from .. import load_tables
    from ..errors import UsageError

    tables = load_tables(schema, seed=seed)
    if len(tables) > 1:
        if picture is not None:
            raise UsageError("a picture is drawn of one dataset; this schema has several tables")
        for name, table in tables.items():
            if not as_json:
                click.echo(f"\n{name}: {len(table):,} rows", err=True)
            _print(table[:rows], as_json, {"table": name})
        return
    (dataset,) = load_tables(schema, rows=rows, seed=seed).values()
    if picture is not None:
        if picture.suffix.lower() != ".png":
            raise UsageError(f"{picture}: the picture is a PNG, so its name ends in .png")
        from ..picture import contact_sheet

        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(contact_sheet(dataset.features, _batch(dataset)))
        click.echo(f"{picture}: {rows} labeled images", err=True)
    else:
        _print(dataset, as_json, {})


def _print(dataset: Dataset, as_json: bool, more: dict[str, str]) -> None:
    if not as_json:
        _show(dataset)
        return
    for row in dataset:
        click.echo(json.dumps({**more, **row}, ensure_ascii=False, default=_plain))


def _batch(dataset: Dataset) -> Any:
    return dataset.make(dataset.start, dataset.stop)


def _show(dataset: Dataset) -> None:
    """Print a table when its columns fit side by side, otherwise row after row."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    features = dataset.features
    rows = [{name: _cell(value, row, features[name]) for name, value in row.items()} for row in dataset]
    console = Console()
    widths = [max(len(name), *(len(row[name]) for row in rows), 0) for name in features.columns]
    if sum(widths) + 3 * len(widths) <= console.width:
        table = Table()
        for name in features.columns:
            table.add_column(name, style="bold" if name in features.labels else None)
        for row in rows:
            table.add_row(*map(Text, row.values()))
        console.print(table)
        return
    for number, row in enumerate(rows):
        console.rule(f"row {number}", align="left")
        for name, text in row.items():
            label = "bold" if name in features.labels else ""
            console.print(f"[dim]{name:>12}[/dim]  ", end="")
            console.print(Text(text), style=label, highlight=False)


def _cell(value: Any, row: dict[str, Any], feature: Feature) -> str:
    """Return a value for people: what a span says, where a box is, how large an image is."""
    from ..features import Records

    match value:
        case None:
            return "(missing)"
        case list():
            fields = feature.fields if isinstance(feature, Records) else {}
            return "; ".join(_record(record, row, fields) for record in value) or "(none)"
        case {"bytes": bytes() as data}:
            return f"{data[1:4].decode() if data[:1] == bytes([0x89]) else 'JPEG'}, {len(data):,} bytes"
    return str(value)


def _record(record: Any, row: dict[str, Any], fields: Mapping[str, Feature]) -> str:
    from ..features import Span

    if not isinstance(record, dict):
        return str(record)
    words = []
    for name, value in record.items():
        match value, fields.get(name):
            case {"start": start, "end": end}, Span(of=column):
                words.append(f"{name} {row[column][start:end]!r}")
            case None, Span():
                words.append(f"{name} not named")
            case [_, _, _, _], _:
                words.append(f"{name} {' '.join(f'{v:g}' for v in value)}")
            case {"counts": _}, _:
                continue
            case float(), _:
                words.append(f"{name} {value:.6g}")
            case _:
                words.append(f"{name} {value}")
    return ", ".join(words)


def _plain(value: Any) -> Any:
    import base64

    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
