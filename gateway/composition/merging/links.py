"""Which specifications the supergraph links, and how it names their directives."""

from __future__ import annotations

from gateway.composition.merging.state import Feature, Merging, group
from gateway.composition.reading.specifications import APOLLO

_HOMES = {
    "tag": ("tag", "0.3", None),
    "inaccessible": ("inaccessible", "0.2", "SECURITY"),
    "authenticated": ("authenticated", "0.1", "SECURITY"),
    "requiresScopes": ("requiresScopes", "0.1", "SECURITY"),
    "policy": ("policy", "0.1", "SECURITY"),
    "context": ("context", "0.1", "SECURITY"),
    "cost": ("cost", "0.1", None),
    "listSize": ("cost", "0.1", None),
}
"""directive → (specification, version, purpose)."""


def link_features(state: Merging) -> None:
    """Fill ``state.features`` for the federation directives used; LINK_IMPORT_NAME_MISMATCH."""
    by_feature: dict[str, list[str]] = {}
    for directive in _HOMES:
        if directive in state.used_directives:
            by_feature.setdefault(_HOMES[directive][0], []).append(directive)
    for name, directives in by_feature.items():
        _, version, purpose = _HOMES[directives[0]]
        imports = []
        alias = None
        for directive in directives:
            spelled = spelling(state, directive)
            if directive == name and spelled != name:
                alias = spelled
            elif directive != name:
                imports.append((f"@{directive}", f"@{spelled}"))
        state.features.append(
            Feature(f"{APOLLO}{name}/v{version}", name, tuple(imports), purpose, alias)
        )


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
