"""`synthlab init`."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

__all__ = ["init"]


@click.command()
@click.argument("name")
@click.option("--generator", default="tabular", show_default=True, help="What the schema is to make.")
def init(name: str, generator: str) -> None:
    """Write NAME.yaml, a commented schema file to start from, and the JSON Schema that editors use."""
    from ..errors import UsageError
    from ..json_text import json_page
    from ..schema import json_schema
    from ..schema.starter import EDITOR_FILE, starter

    path = Path(name).with_suffix(".yaml") if not name.endswith((".yaml", ".yml")) else Path(name)
    if path.exists():
        raise UsageError(f"{path} exists already; choose another name")
    text = starter(path.stem, generator)
    editor = path.parent / EDITOR_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    editor.write_bytes(json_page(json_schema()))
    path.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"{path} and {editor} are there. Next: synthlab preview {path}", err=True)
