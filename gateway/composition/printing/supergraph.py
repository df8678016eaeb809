"""Prints the supergraph: schema with links, join machinery, graphs, then every type by name."""

from __future__ import annotations

import json
from collections.abc import Iterator

from gateway.composition.directives import carried, carried_as_written
from gateway.composition.merging.links import spelling
from gateway.composition.merging.state import Feature, Merging
from gateway.composition.model import ROOTS
from gateway.composition.printing.join import join_definitions
from gateway.composition.printing.sdl import print_description, print_directive, print_type
from gateway.composition.specification.federation import APOLLO, JOIN_VERSIONS


def print_supergraph(state: Merging) -> str:
    """Return the supergraph's SDL."""
    spelled = {name: spelling(state, name) for name in carried_as_written() & state.used_directives}
    version = join_version(state.version)
    blocks = [
        _schema(state, version),
        join_definitions(version),
        *_feature_definitions(state, spelled),
        *_one_of(state),
        *(print_directive(d, spelled) for _, d in sorted(state.directives.items())),
        _graphs(state),
        *(print_type(declared, spelled) for _, declared in sorted(state.types.items())),
    ]
    return "\n\n".join(blocks) + "\n"


def join_version(federation: tuple[int, int]) -> str:
    """Return the join specification's version that a federation version needs."""
    return next(join for since, join in JOIN_VERSIONS if federation >= since)


def _schema(state: Merging, version: str) -> str:
    links = [
        f'@link(url: "{APOLLO}link/v1.0")',
        f'@link(url: "{APOLLO}join/v{version}", for: EXECUTION)',
        *(_link(feature) for feature in state.features),
    ]
    roots = [f"  {kind}: {name}" for kind, name in ROOTS.items() if name in state.types]
    lines = "".join(f"\n  {link}" for link in links)
    described = print_description(state.description)
    return f"{described}schema{lines}\n{{\n" + "\n".join(roots) + "\n}"


def _link(feature: Feature) -> str:
    given = [f'url: "{feature.url}"']
    if feature.alias:
        given.append(f'as: "{feature.alias}"')
    if feature.imports:
        given.append(f"import: [{', '.join(map(_import, feature.imports))}]")
    if feature.purpose:
        given.append(f"for: {feature.purpose}")
    return f"@link({', '.join(given)})"


def _import(pair: tuple[str, str]) -> str:
    name, local = pair
    return f'"{name}"' if name == local else f'{{name: "{name}", as: "{local}"}}'


def _feature_definitions(state: Merging, spelled: dict[str, str]) -> Iterator[str]:
    for directive in carried():
        name = directive.name
        if name in state.used_directives:
            yield directive.supergraph_sdl(spelled.get(name, name))


def _one_of(state: Merging) -> Iterator[str]:
    """Tools of before September 2025 need its definition."""
    used = any(a.name == "oneOf" for t in state.types.values() for a in t.directives)
    if used and "oneOf" not in state.directives:
        yield "directive @oneOf on INPUT_OBJECT"


def _graphs(state: Merging) -> str:
    lines = [
        f"  {subgraph.graph} "
        f"@join__graph(name: {json.dumps(subgraph.name)}, url: {json.dumps(subgraph.url)})"
        for subgraph in state.subgraphs
    ]
    return "enum join__Graph {\n" + "\n".join(lines) + "\n}"
