"""`synthlab schema`."""

from __future__ import annotations

import rich_click as click

__all__ = ["schema"]


@click.command()
def schema() -> None:
    """Print the JSON Schema of schema files, with the options of every installed generator.

    Editors complete and check schema files with it; `synthlab init` sets that up.
    """
    from ..json_text import json_page
    from ..schema import json_schema

    click.echo(json_page(json_schema()).decode(), nl=False)
