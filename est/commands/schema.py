"""`est schema export|compose|check`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from est.errors import SchemaFault
from est.terminal import out

app = typer.Typer(help="Export, compose and check the schema.", no_args_is_help=True)

Folder = Annotated[Path, typer.Option(help="Where the schema files are.")]
Docs = Annotated[Path, typer.Option(help="Where the API reference is.")]
_HERE, _DOCS = Path("schema"), Path("docs")


@app.command()
def export(folder: Folder = _HERE) -> None:
    """Write the SDL of both services, from their code."""
    from est.schema.files import exported

    _write(folder, exported())


@app.command()
def compose(folder: Folder = _HERE, docs: Docs = _DOCS) -> None:
    """Compose the exported files into supergraph.graphql and api.graphql; write the reference."""
    from est.schema.files import API, SUBGRAPHS, composed, read
    from est.schema.reference import REFERENCE, reference

    sdl = {part.file: read(folder, part.file) for part in SUBGRAPHS}
    if missing := [str(folder / name) for name, text in sdl.items() if not text]:
        raise SchemaFault(f"{', '.join(missing)}: missing; run `est schema export` first.")
    both = composed(sdl)
    _write(folder, both)
    _write(docs, {REFERENCE: reference(both[API])})


@app.command()
def check(
    folder: Folder = _HERE,
    docs: Docs = _DOCS,
    base: Annotated[str, typer.Option(help="The revision that clients know.")] = "HEAD",
    strict: Annotated[bool, typer.Option(help="Breaking changes fail, too.")] = False,
) -> None:
    """Fail on drift and on missing descriptions; name what breaks clients."""
    from est.schema.check import check as run_check

    breaking = run_check(folder, base, docs=docs)
    listed = "\n".join(f"    {change}" for change in breaking)
    if breaking and strict:
        raise SchemaFault(f"Breaking changes since {base}:\n{listed}")
    out.print(
        f"Breaking changes since {base}:\n{listed}" if breaking else "The schema is in order."
    )


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    from est.schema.files import write

    changed = write(folder, texts)
    for file in changed:
        out.print(f"wrote {file}")
    if not changed:
        out.print(f"{folder}: nothing changed")
