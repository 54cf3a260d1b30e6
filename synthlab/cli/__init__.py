"""The command line: one small file a command; what it needs is loaded when it runs."""

from __future__ import annotations

import sys

import rich_click as click

from .. import __version__
from ..errors import SchemaError, StorageError, SynthlabError
from .audit import audit
from .check import check
from .fit import fit
from .generate import generate
from .init import init
from .list import list_
from .preview import preview
from .schema import schema
from .validate import validate
from .verify import verify

__all__ = ["app", "main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="synthlab")
def app() -> None:
    """Fully labeled synthetic datasets: tables, reviews and rendered images, from one schema file.

    Try it: `synthlab list schemas`, then `synthlab preview reviews`, then
    `synthlab generate reviews --rows 1000 --output out/reviews`.
    """


for command in (generate, preview, validate, fit, audit, init, list_, schema, verify, check):
    app.add_command(command)


def main() -> None:
    """Run the command line and exit with 0 done, 1 failed, 2 bad usage or schema, 3 a check did not pass,
    4 folder in use, 74 cannot read or write, 130 interrupted."""
    try:
        code = app.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except SynthlabError as error:
        # The problems of a schema file begin with file:line:column, for editors to jump to.
        click.echo(str(error) if isinstance(error, SchemaError) else f"synthlab: {error}", err=True)
        code = error.exit_code
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone; there is nobody to tell
        code = 1
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        click.echo(f"synthlab: cannot read or write{where}: {error.strerror or error}", err=True)
        code = StorageError.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("synthlab: interrupted", err=True)
        code = 130
    sys.exit(code if isinstance(code, int) else 0)
