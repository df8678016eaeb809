"""`est explain operation|plan|projection`: what the gateway makes of an operation, as text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Show what the gateway makes of an operation.", no_args_is_help=True)

Supergraph = Annotated[Path, typer.Argument(help="A supergraph in the join format.")]
Query = Annotated[Path, typer.Argument(help="A file with one operation.")]


@app.command()
def operation(supergraph: Supergraph, query: Query) -> None:
    """Show the normalised operation: fragments resolved, conditions as data."""
    _explain("operation", supergraph, query)


@app.command()
def plan(supergraph: Supergraph, query: Query) -> None:
    """Show the plan: which subgraph is asked what, after what."""
    _explain("plan", supergraph, query)


@app.command()
def projection(supergraph: Supergraph, query: Query) -> None:
    """Show how the gathered data is shaped into the answer."""
    _explain("projection", supergraph, query)


def _explain(stage: str, supergraph: Path, query: Path) -> None:
    from gateway.cli.explain import main

    raise typer.Exit(main([stage, str(supergraph), str(query)]))
