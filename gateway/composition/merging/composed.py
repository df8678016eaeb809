"""``@composeDirective``: custom directives that a subgraph asks to keep in the supergraph."""

from __future__ import annotations

from gateway.composition.merging.state import Feature, Merging
from gateway.composition.model import Link, Subgraph
from gateway.composition.reading.specifications import APOLLO


def settle_composed(state: Merging) -> None:
    """Fill ``state.composed`` and link the specifications; DIRECTIVE_COMPOSITION_ERROR."""
    wanted: dict[str, dict[int, tuple[Link, str]]] = {}
    for index, subgraph in enumerate(state.subgraphs):
        for applied in subgraph.schema_directives:
            if applied.federation and applied.name == "composeDirective":
                name = str(applied.value("name", "")).removeprefix("@")
                found = _linked(subgraph, name)
                if found is not None:
                    wanted.setdefault(name, {})[index] = found
    features: dict[str, tuple[Link, dict[str, str]]] = {}
    for name, by_subgraph in wanted.items():
        link, original = max(by_subgraph.values(), key=lambda pair: pair[0].url.minor)
        if _conflicting(state, name, by_subgraph):
            continue
        owner = next(i for i, (used, _) in by_subgraph.items() if used.url == link.url)
        state.composed[name] = original
        state.directives[name] = state.subgraphs[owner].directives[name]
        _, imports = features.setdefault(link.url.identity, (link, {}))
        imports[f"@{original}"] = f"@{name}"
    for link, imports in features.values():
        state.features.append(
            Feature(str(link.url), link.url.name, tuple(imports.items()), None, None)
        )


def _linked(subgraph: Subgraph, name: str) -> tuple[Link, str] | None:
    """Return the link that brings a directive, and the specification's name for it."""
    if name not in subgraph.directives:
        return None
    for link in subgraph.links:
        for original, local in link.imports.items():
            if local == f"@{name}":
                return link, original.removeprefix("@")
        if name == link.alias:
            return link, link.url.name
        if name.startswith(f"{link.alias}__"):
            return link, name.removeprefix(f"{link.alias}__")
    return None


def _conflicting(state: Merging, name: str, by_subgraph: dict[int, tuple[Link, str]]) -> bool:
    identities = {(link.url.identity, original) for link, original in by_subgraph.values()}
    majors = {link.url.major for link, _ in by_subgraph.values()}
    if len(identities) > 1:
        problem = (
            f'Composed directive "@{name}" does not refer to the same directive of the same '
            "specification in every subgraph"
        )
    elif len(majors) > 1:
        identity = next(iter(identities))[0]
        problem = (
            f'Core feature "{identity}" requested to be merged has major version mismatch '
            "across subgraphs"
        )
    else:
        return False
    state.refuse("DIRECTIVE_COMPOSITION_ERROR", problem, f"@{name}", by_subgraph)
    return True


__all__ = ["APOLLO", "settle_composed"]
