"""`synthlab list`."""

from __future__ import annotations

import json

import rich_click as click

from .options import as_json

__all__ = ["list_"]


@click.command("list")
@click.argument("what", type=click.Choice(["generators", "formats", "schemas"]))
@as_json
def list_(what: str, as_json: bool) -> None:
    """List what is installed: generators, formats or ready-made schemas."""
    found = {"generators": _generators, "formats": _formats, "schemas": _schemas}[what]()
    if as_json:
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
        return
    width = max(map(len, found), default=0)
    for name, description in found.items():
        click.echo(f"{name:{width}}  {description}")


def _generators() -> dict[str, str]:
    from .. import plugins
    from ..errors import PluginError

    found = {}
    for name in plugins.generator_names():
        try:
            found[name] = _first_sentence(plugins.generator(name).__doc__)
        except PluginError as error:
            found[name] = f"cannot be used: {error}"
    return found


def _formats() -> dict[str, str]:
    from .. import plugins
    from ..errors import PluginError

    found = {}
    for name in plugins.writer_names():
        try:
            found[name] = plugins.writer(name).description
        except PluginError as error:
            found[name] = f"cannot be used: {error}"
    return found


def _schemas() -> dict[str, str]:
    from ..schema import ready_made_descriptions

    return ready_made_descriptions()


def _first_sentence(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split())
