"""`est explain operation|plan|projection`: every stage of the gateway, as text."""

from __future__ import annotations

import typer

app = typer.Typer(help="Show what the gateway makes of an operation.", no_args_is_help=True)
