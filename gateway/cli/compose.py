"""``python -m gateway compose``: composes SDL files into a supergraph file. Does the I/O.

    python -m gateway compose auth=http://127.0.0.1:8001/graphql@auth.graphql … -o super.graphql
    python -m gateway compose --config subgraphs.toml --api api.graphql

A configuration file has one table per subgraph: ``[subgraphs.auth]`` with ``url`` and ``file``
(relative to the configuration).
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from gateway.composition import (
    Composed,
    CompositionFailed,
    SubgraphSource,
    compose,
    render_errors,
)

COMPOSED, REFUSED, UNREADABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the process's exit status: 0, 1 (does not compose), 2 (input)."""
    options = _parser().parse_args(arguments)
    try:
        sources = [*_from_specs(options.subgraphs), *_from_config(options.config)]
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return UNREADABLE
    if not sources:
        sys.stderr.write("Nothing to compose: name subgraphs or a --config file.\n")
        return UNREADABLE
    try:
        composed = compose(sources)
    except CompositionFailed as failed:
        sys.stderr.write(render_errors(failed.errors) + "\n")
        return REFUSED
    return _write(composed, options.output, options.api, hints=options.hints)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gateway compose", description="Compose subgraph schemas into a supergraph."
    )
    parser.add_argument("subgraphs", nargs="*", metavar="name=url@file")
    parser.add_argument("--config", type=Path, help="TOML file with [subgraphs.NAME] url, file")
    parser.add_argument("-o", "--output", type=Path, help="supergraph file (default: stdout)")
    parser.add_argument("--api", type=Path, help="file for the API schema that clients see")
    parser.add_argument("--hints", action="store_true", help="print hints, too")
    return parser


def _from_specs(specs: Sequence[str]) -> Iterator[SubgraphSource]:
    for spec in specs:
        name, named, rest = spec.partition("=")
        url, placed, file = rest.rpartition("@")
        if not (name and named and placed and file):
            raise ValueError(f"Cannot read {spec!r}: write name=url@file.")
        yield _source(name, url, Path(file))


def _from_config(path: Path | None) -> Iterator[SubgraphSource]:
    if path is None:
        return
    tables = tomllib.loads(path.read_text(encoding="utf-8")).get("subgraphs", {})
    for name, table in tables.items():
        if not isinstance(table, dict) or "file" not in table:
            raise ValueError(f"{path}: [subgraphs.{name}] needs a file.")
        yield _source(name, str(table.get("url", "")), path.parent / str(table["file"]))


def _source(name: str, url: str, path: Path) -> SubgraphSource:
    return SubgraphSource(name, url or None, path.read_text(encoding="utf-8"))


def _write(composed: Composed, output: Path | None, api: Path | None, *, hints: bool) -> int:
    if output is None:
        sys.stdout.write(composed.supergraph_sdl)
    else:
        output.write_text(composed.supergraph_sdl, encoding="utf-8")
    if api is not None:
        api.write_text(composed.api_sdl, encoding="utf-8")
    if hints:
        sys.stderr.write("".join(f"{hint.code}: {hint.message}\n" for hint in composed.hints))
    return COMPOSED
