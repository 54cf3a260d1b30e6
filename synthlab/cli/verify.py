"""`synthlab verify`."""

from __future__ import annotations

import json
from pathlib import Path

import rich_click as click

from .options import as_json, plural

__all__ = ["verify"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--regenerate",
    type=click.IntRange(min=1),
    metavar="K",
    help="Make K of the shards again, spread over the dataset, and compare them.",
)
@click.option(
    "--models",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Where the model files of a fitted schema lie: the folder of the schema file.",
)
@as_json
def verify(folder: Path, regenerate: int | None, models: Path | None, as_json: bool) -> None:
    """Check that the dataset in FOLDER is whole: each file against its checksum."""
    from ..build.verify import verify
    from ..errors import GateError

    found = verify(folder, regenerate or 0, models)
    if as_json:
        data = {"files": found.files, "shards": found.shards, "problems": list(found.problems)}
        click.echo(json.dumps(data, indent=1))
    if found.problems:
        raise GateError(f"{folder} is not what was made:\n  " + "\n  ".join(found.problems[:20]))
    again = f", {plural(found.shards, 'shard')} made again and the same" if regenerate else ""
    click.echo(f"{folder}: {plural(found.files, 'file')} whole{again}", err=True)
