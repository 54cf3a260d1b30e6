"""`synthlab generate`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from .options import as_json, plural, rows_option, seed_option, size, split_text

if TYPE_CHECKING:
    from ..build import Built, Plan

__all__ = ["generate"]


@click.command()
@click.argument("schema")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="The dataset's folder.")
@rows_option
@seed_option
@click.option("--format", metavar="NAME", help="How it is stored; see `synthlab list formats`.")
@click.option(
    "--workers", type=click.IntRange(min=1), metavar="N", help="Processes at work; by default one a core."
)
@click.option(
    "--shard-rows",
    type=click.IntRange(min=1),
    metavar="N",
    help="Rows that a worker makes and stores at a time.",
)
@click.option("--overwrite", is_flag=True, help="Replace another dataset that synthlab made there.")
@click.option("--dry-run", is_flag=True, help="Say what would be made, with an estimate of its size.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing unless something is wrong.")
@as_json
def generate(
    schema: str,
    output: Path | None,
    rows: int | None,
    seed: int | None,
    format: str | None,
    workers: int | None,
    shard_rows: int | None,
    overwrite: bool,
    dry_run: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Make a labeled dataset from SCHEMA: a schema file, or the name of a ready-made one.

    The same command goes on where an interrupted one stopped, and does nothing when the dataset is there.
    """
    from ..build import Plan, build
    from ..build.tables import build_tables
    from ..dataset import Dataset
    from ..names import safe_name
    from ..schema import Schema, load_schema

    if output is None:
        if not dry_run:
            raise click.UsageError("Missing option '--output' / '-o'.")
        output = Path("out")
    loaded = load_schema(schema, rows=rows, seed=seed)
    single = isinstance(loaded, Schema)
    tables = {loaded.name: loaded} if isinstance(loaded, Schema) else loaded
    plans = {
        name: Plan.of(Dataset(table), table.writer_name(format), shard_rows) for name, table in tables.items()
    }
    if dry_run:
        for name, plan in plans.items():
            variety = tables[name].generator.variety
            _estimate(plan, variety, output if single else output / name, as_json)
        return
    began = time.monotonic()
    with _Progress(quiet) as progress:
        given: Any = {"workers": workers or _cores(), "overwrite": overwrite, "progress": progress.update}
        try:
            if single:
                built = {name: build(plan, output, **given) for name, plan in plans.items()}
            else:
                built = build_tables(safe_name(Path(schema).stem), plans, output, **given).tables
        except KeyboardInterrupt:
            click.echo("\nwhole shards are kept; the same command goes on from here", err=True)
            raise
    seconds = time.monotonic() - began
    for name, made in built.items():
        if as_json:
            told = _result(made, plans[name], seconds)
            click.echo(json.dumps(told if single else {"table": name, **told}))
        elif not quiet:
            _say(made, seconds if single else None)
    if not single and not as_json and not quiet:
        click.echo(f"{output}: {plural(len(built), 'table')}, {seconds:.1f} s", err=True)


def _say(built: Built, seconds: float | None) -> None:
    what = f"{plural(built.rows, 'row')}{split_text(built.splits)}"
    if built.already_there:
        click.echo(f"{built.folder}: {what} are there already; nothing to do", err=True)
        return
    files = f"{plural(built.files, 'file')}, {size(built.bytes)}"
    took = "" if seconds is None else f", {seconds:.1f} s"
    click.echo(f"{built.folder}: {what} in {files}{took}", err=True)
    if empty := [name for name, rows in built.splits.items() if rows == 0]:
        click.echo(
            f"  no rows in {' and '.join(empty)}: there are few groups, each is in one split as a whole, and "
            "chance gave these none. Change the fractions, or split by a column of more values",
            err=True,
        )


def _estimate(plan: Plan, variety: int | None, output: Path, as_json: bool) -> None:
    from ..build.estimate import estimate

    found = estimate(plan)
    data = {
        "output": str(output),
        "format": plan.format,
        "rows": found.rows,
        "shards": found.shards,
        "files": found.files,
        "bytes": found.bytes,
        "cpu_seconds": round(found.seconds, 1),
        "variety": variety,
    }
    if as_json:
        click.echo(json.dumps(data))
        return
    click.echo(
        f"{output}: would hold {plural(found.rows, 'row')} in {plural(found.files, 'file')}, "
        f"about {size(found.bytes)}, made in {plural(found.shards, 'shard')} "
        f"and about {max(0.1, found.seconds):,.1f} s of one core",
        err=True,
    )
    if variety is not None:
        click.echo(f"  there are {variety:,} ways to make a row", err=True)


def _result(built: Built, plan: Plan, seconds: float) -> dict[str, object]:
    return {
        "folder": str(built.folder),
        "format": plan.format,
        "rows": built.rows,
        "splits": built.splits,
        "files": built.files,
        "bytes": built.bytes,
        "already_there": built.already_there,
        "seconds": round(seconds, 3),
    }


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Progress:
    """One bar on a terminal, a plain line now and then elsewhere; both on stderr."""

    EVERY = 10.0
    """Seconds between the plain lines."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Any = None
        self._last = time.monotonic()

    def __enter__(self) -> _Progress:
        if not self._quiet and sys.stderr.isatty():
            from rich import console, progress

            self._bar = progress.Progress(console=console.Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("making rows", total=None)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, done: int, total: int) -> None:
        """Show that so many rows are done."""
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total)
        elif not self._quiet and time.monotonic() - self._last > self.EVERY:
            self._last = time.monotonic()
            click.echo(f"{done:,} of {total:,} rows", err=True)
