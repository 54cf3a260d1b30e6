"""`synthlab audit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from .options import as_json

if TYPE_CHECKING:
    from ..audit import Audit

__all__ = ["audit"]


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--against",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Real rows that the synthetic ones were not learned from.",
)
@click.option(
    "--training",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The real rows that they were learned from: tells copies, and is the ceiling.",
)
@click.option("--target", metavar="COLUMN", help="The column that a model is to learn.")
@click.option(
    "--ignore", multiple=True, metavar="COLUMN", help="A column to leave out: a name that is made up, say."
)
@click.option(
    "--rows", type=click.IntRange(min=100), metavar="N", help="Of so many rows models learn at most; 40,000."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N")
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write a page: FILE.html."
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing unless something is wrong.")
@as_json
def audit(
    out: Path,
    against: Path,
    training: Path | None,
    target: str | None,
    ignore: tuple[str, ...],
    rows: int | None,
    seed: int,
    output: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Measure how good the synthetic rows in OUT are against real ones: a dataset folder, or a file.

    Every measure has a 95% interval, and stands beside its ceiling: what real rows reach in the place of the
    synthetic ones.
    """
    from ..build.store import storage_errors
    from ..errors import UsageError

    if output is not None and output.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{output}: the page is HTML, so its name ends in .html")
    from ..audit import audit
    from ..audit.auditing import LEARNED
    from ..json_text import json_page

    with _Progress(quiet or as_json) as progress:
        found = audit(
            out,
            against,
            training=training,
            target=target,
            ignore=ignore,
            seed=seed,
            rows=rows or LEARNED,
            progress=progress.update,
        )
    if output is not None:
        with storage_errors(str(output)):
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(found.to_html(), encoding="utf-8", newline="\n")
    if as_json:
        click.echo(json_page(found.to_json()).decode(), nl=False)
    elif not quiet:
        _show(found)
        if output is not None:
            click.echo(f"{output} is there.", err=True)


def _show(found: Audit) -> None:
    """Print what was found for people: the measures, then what is worst."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from ..audit.meanings import shown

    console = Console(stderr=True, highlight=False)
    console.print(Text(f"{found.synthetic} against {found.holdout}", style="bold"))
    for line in (*found.compared, *found.notes):
        console.print(Text(f"  {line}", style="dim"))
    for name, why in found.left_out.items():
        console.print(Text(f"  {name} is left out: {why}", style="dim"))
    table = Table("measure", "synthetic", "real rows instead")
    for measure in found.measures:
        cells = (
            measure.title,
            shown(measure.name, measure.synthetic),
            shown(measure.name, measure.real),
        )
        table.add_row(*map(Text, cells))
    console.print(table)
    for measure in found.measures:
        said = Text(f"  {measure.title}: ", style="bold")
        console.print(said.append(f"{measure.verdict}. ", style="").append(measure.meaning, style="dim"))
    for title, lines in _worst(found):
        console.print(Text(f"\n{title}", style="bold"))
        for line in lines:
            console.print(Text(f"  {line}"))


def _worst(found: Audit) -> list[tuple[str, list[str]]]:
    """Return what is least like the real rows, under its titles."""
    columns = [
        f"{c.name}: {c.likeness.value:.3f} (real rows {c.ceiling.value:.3f})"
        for c in found.columns[:5]
        if c.likeness.high < c.ceiling.low
    ]
    pairs = [
        f"{' and '.join(p.columns)}: {p.likeness.value:.3f} (real rows {p.ceiling.value:.3f})"
        for p in found.pairs[:5]
        if p.likeness.high < p.ceiling.low
    ]
    bonds = [
        f"{' and '.join(a.columns)}: {a.measure} {a.synthetic:.2f} in place of {a.real:.2f}"
        for a in found.associations[:5]
        if a.difference.low > 0.02
    ]
    patterns = [
        f"{', '.join(p.columns) or 'nothing'}: {p.synthetic:.2%} in place of {p.real:.2%}"
        for p in found.patterns
        if abs(p.synthetic - p.real) > 0.02
    ]
    apart = sorted(found.columns, key=lambda c: -c.gives_away)[:5]
    giving = [f"{c.name}: {c.gives_away:.3f} of the AUC" for c in apart if c.gives_away >= 0.005]
    titled = [
        ("Columns that differ", columns),
        ("Pairs that differ", pairs),
        ("Correlations that differ", bonds),
        ("Missing together", patterns),
        ("What gives synthetic rows away", giving),
    ]
    return [(title, lines) for title, lines in titled if lines]


class _Progress:
    """What is being measured, on a terminal."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._status: Any = None

    def __enter__(self) -> _Progress:
        import sys

        if not self._quiet and sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status("reading")
            self._status.start()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._status is not None:
            self._status.stop()

    def update(self, part: str) -> None:
        """Show what is being measured now."""
        if self._status is not None:
            self._status.update(part)
