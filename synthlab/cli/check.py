"""`synthlab check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from .options import as_json, plural

if TYPE_CHECKING:
    from ..checking import CheckResult

__all__ = ["check"]


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--images",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the image files lie; DIR itself, if not said.",
)
@click.option("--no-images", is_flag=True, help="Look at the labels only.")
@click.option(
    "--most",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    metavar="N",
    help="Show so many places of each kind of problem.",
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing unless there is an error.")
@as_json
def check(dataset: Path, images: Path | None, no_images: bool, most: int, quiet: bool, as_json: bool) -> None:
    """Look for mistakes in a dataset of anybody's: a folder DIR of COCO, YOLO or Pascal VOC, or one JSON file
    of COCO.

    Ends with exit code 3 when there are errors; warnings and notes pass.
    """
    from ..errors import GateError, UsageError
    from ..json_text import json_page

    if images is not None and no_images:
        raise UsageError("--images says where to look and --no-images not to look; leave one out")
    from ..checking import check

    found = check(dataset, images=images, read_images=not no_images, most=most)
    if as_json:
        click.echo(json_page(found.to_json()).decode(), nl=False)
    elif not (quiet and found.ok):
        _show(found)
    if not found.ok:
        raise GateError(f"{dataset} has {plural(found.count('error'), 'error')}")


def _show(found: CheckResult) -> None:
    """Print what was found for people: how much there is, then each kind of problem with its places."""
    for file in found.files:
        parts = (
            plural(file.images, "image"),
            plural(file.annotations, "annotation"),
            f"{plural(file.masks, 'mask')} measured",
            f"{file.categories:,} {'category' if file.categories == 1 else 'categories'}",
        )
        click.echo(f"{file.file}: {', '.join(parts)}", err=True)
    for line in found.left_out:
        click.echo(f"not checked: {line}", err=True)
    colours = {"error": "red", "warning": "yellow", "note": "cyan"}
    for problem in found.problems:
        severity = click.style(problem.severity, fg=colours[problem.severity], bold=True)
        click.echo(f"\n{severity} {problem.kind} in {problem.file}: {problem.count:,}", err=True)
        click.echo(f"  {problem.title}: {problem.why}", err=True)
        for example in problem.examples:
            click.echo(f"  {example}", err=True)
        if problem.examples and problem.count > len(problem.examples):
            click.echo(f"  and {problem.count - len(problem.examples):,} more", err=True)
    counts = (plural(found.count("error"), "error"), plural(found.count("warning"), "warning"))
    click.echo(f"\n{found.path}: {', '.join(counts)}, {plural(found.count('note'), 'note')}", err=True)
