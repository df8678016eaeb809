"""The operator's command line: `python -m est --help`.

Commands import what they need when they run: `est --help` answers at once, and the supervisor of
`est run` stays small.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from est.commands import accounts, data, explain, run, schema, servers
from est.errors import OperatorError
from est.terminal import complain, out
from est.version import est_version

app = typer.Typer(
    name="est",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
app.command("run")(run.run)
app.command("postgres")(servers.postgres)
app.command("auth")(servers.auth)
app.command("catalog")(servers.catalog)
app.command("gateway")(servers.gateway)
app.command("migrate")(data.migrate)
app.command("demo")(data.demo)
app.command("backup")(data.backup)
app.command("restore")(data.restore)
app.command("settings")(data.settings)
app.command("create-admin")(accounts.create_admin)
app.add_typer(schema.app, name="schema")
app.add_typer(explain.app, name="explain")


def _tell_version(wanted: bool) -> None:
    if wanted:
        out.print(f"est {est_version()}")
        raise typer.Exit


@app.callback()
def about(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Say which.", callback=_tell_version, is_eager=True),
    ] = False,
) -> None:
    """Run EST and look after it. Each command explains itself: est run --help."""


def main() -> None:
    """Run a command; an `OperatorError` is told in words, anything else is a bug.

    But for files and folders that cannot be used: whoever named them can mend that.
    """
    try:
        app()
    except OperatorError as error:
        complain(error)
        sys.exit(1)
    except OSError as error:
        if error.filename is None:
            raise
        complain(OperatorError(f"{error.filename} cannot be used: {error.strerror}."))
        sys.exit(1)
