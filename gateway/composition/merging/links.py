"""Which specifications the supergraph links, and how it names their directives."""

from __future__ import annotations

import re
from dataclasses import replace

from gateway.composition.directives import carried
from gateway.composition.merging.state import Feature, Merging, group
from gateway.composition.specification.directive import Specification

_NAME = re.compile(r"^[_A-Za-z][_0-9A-Za-z]*$")


def link_features(state: Merging) -> None:
    """Fill ``state.features`` for the federation directives used; LINK_IMPORT_NAME_MISMATCH."""
    own: list[Feature] = []
    brought: dict[Specification, list[str]] = {}
    for directive in carried():
        if directive.carried and directive.name in state.used_directives:
            brought.setdefault(directive.carried.specification, []).append(directive.name)
    for specification, directives in brought.items():
        spelled = {directive: spelling(state, directive) for directive in directives}
        imports = tuple(
            (f"@{directive}", f"@{local}")
            for directive, local in spelled.items()
            if not directive == local == specification.name
        )
        own.append(Feature(specification.url, imports, specification.purpose))
    state.features = _with_aliases([*own, *state.features])


def _with_aliases(features: list[Feature]) -> list[Feature]:
    """A specification's prefix must be a name, and no other specification's."""
    taken = {"link", "join"}
    named = []
    for number, feature in enumerate(features):
        name = feature.url.name
        elsewhere = {local for f in features if f is not feature for _, local in f.imports}
        if not _NAME.match(name) or name in taken or f"@{name}" in elsewhere:
            name = f"_{number}{re.sub('[^0-9A-Za-z]', '', name)}"
        taken.add(name)
        alias = None if name == feature.url.name else name
        named.append(replace(feature, alias=alias))
    return named


def spelling(state: Merging, directive: str) -> str:
    """Return the name all subgraphs give a directive in use; notes the error if they differ."""
    names = group(
        (index, f'"@{subgraph.spelling[directive]}"')
        for index, subgraph in enumerate(state.subgraphs)
        if directive in subgraph.spelling and _imports(state, index, directive)
    )
    if len(names) > 1:
        state.refuse(
            "LINK_IMPORT_NAME_MISMATCH",
            f'The "@{directive}" directive is imported with mismatched name between subgraphs: '
            f"it is imported as {state.describe(names)}",
            f"@{directive}",
            range(len(state.subgraphs)),
            "Import it under the same name everywhere.",
        )
    return next(iter(names), f'"@{directive}"').strip('"@')


def _imports(state: Merging, index: int, directive: str) -> bool:
    """A subgraph counts if it imports the directive, whether it applies it or not."""
    return any(f"@{directive}" in link.imports for link in state.subgraphs[index].links)
