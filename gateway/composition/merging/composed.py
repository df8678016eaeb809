"""``@composeDirective``: custom directives that a subgraph asks to keep in the supergraph.

A specification is composed in the newest version that a composing subgraph links, and its
directives are defined as the subgraph with that version defines them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.composition.directives import carried, carried_as_written
from gateway.composition.linked import linked_directive
from gateway.composition.merging.state import Feature, Merging
from gateway.composition.model import DirectiveDefinition, Link


@dataclass(frozen=True, slots=True)
class Wish:
    """A subgraph's wish to compose a directive: its link and the specification's name for it."""

    link: Link
    original: str


def settle_composed(state: Merging) -> None:
    """Fill ``state.composed`` and link the specifications; DIRECTIVE_COMPOSITION_ERROR."""
    wishes = _wishes(state)
    if not _named_alike(state, wishes):
        return
    for name, by_subgraph in wishes.items():
        if _namespaced(state, name, by_subgraph) or not _agree(state, name, by_subgraph):
            return
    newest = _newest(wishes)
    imports: dict[str, dict[str, str]] = {}
    for name, by_subgraph in wishes.items():
        wish = next(iter(by_subgraph.values()))
        link = newest[link_identity(wish)]
        definition = _definition(state, link, wish.original)
        if definition is None:
            _refuse_missing(state, name, by_subgraph, link)
            continue
        state.composed[name] = frozenset(by_subgraph)
        state.directives[name] = replace(definition, name=name)
        imports.setdefault(link.url.identity, {})[f"@{wish.original}"] = f"@{name}"
    for identity, names in imports.items():
        state.features.append(Feature(newest[identity].url, tuple(names.items())))


def _newest(wishes: Mapping[str, Mapping[int, Wish]]) -> dict[str, Link]:
    """Return the link with the newest version of each specification."""
    newest: dict[str, Link] = {}
    for by_subgraph in wishes.values():
        for wish in by_subgraph.values():
            known = newest.get(link_identity(wish))
            if known is None or wish.link.url.minor > known.url.minor:
                newest[link_identity(wish)] = wish.link
    return newest


def _definition(state: Merging, newest: Link, original: str) -> DirectiveDefinition | None:
    """Return a directive as a subgraph with the newest version defines it, under any name."""
    for subgraph in reversed(state.subgraphs):
        for name, definition in subgraph.directives.items():
            linked = linked_directive(subgraph, name)
            if linked is not None and linked[0].url == newest.url and linked[1] == original:
                return definition
    return None


def link_identity(wish: Wish) -> str:
    """The specification that a wish is about, whatever its version."""
    return wish.link.url.identity


def _wishes(state: Merging) -> dict[str, dict[int, Wish]]:
    wishes: dict[str, dict[int, Wish]] = {}
    for index, subgraph in enumerate(state.subgraphs):
        for applied in subgraph.schema_directives:
            if applied.federation and applied.name == "composeDirective":
                name = str(applied.value("name", "")).removeprefix("@")
                found = linked_directive(subgraph, name)
                if found is not None and name in subgraph.directives:
                    wishes.setdefault(name, {})[index] = Wish(*found)
    return wishes


def _agree(state: Merging, name: str, by_subgraph: Mapping[int, Wish]) -> bool:
    """All wishes for one name must mean one directive of one specification."""
    wishes = list(by_subgraph.values())
    identity = link_identity(wishes[0])
    clash = [
        index
        for index, subgraph in enumerate(state.subgraphs)
        if any(subgraph.spelling.get(directive) == name for directive in carried_as_written())
        and any(f"@{name}" in link.imports.values() for link in subgraph.links)
    ]
    if len({link_identity(wish) for wish in wishes}) > 1:
        problem = f'Composed directive "@{name}" is not linked by the same core feature everywhere'
    elif len({wish.original for wish in wishes}) > 1:
        problem = f'Composed directive "@{name}" is not the same directive in every subgraph'
    elif len({wish.link.url.major for wish in wishes}) > 1:
        problem = f'Core feature "{identity}" to be composed has major version mismatch'
    elif clash:
        problem = (
            f'Directive "@{name}" cannot be composed because it conflicts with the automatically '
            f'composed federation directive "@{name}" of {state.subgraph_names(clash)}'
        )
    else:
        return True
    state.refuse("DIRECTIVE_COMPOSITION_ERROR", problem, f"@{name}", by_subgraph)
    return False


def _named_alike(state: Merging, wishes: Mapping[str, Mapping[int, Wish]]) -> bool:
    """A composed directive has one name in all the subgraphs that compose it."""
    names: dict[tuple[str, str], str] = {}
    for name, by_subgraph in wishes.items():
        for index, wish in by_subgraph.items():
            other = names.setdefault((link_identity(wish), wish.original), name)
            if other != name:
                state.refuse(
                    "DIRECTIVE_COMPOSITION_ERROR",
                    f"Composed directive is not named consistently in all subgraphs: it is "
                    f'"@{other}" in one and "@{name}" in subgraph "{state.subgraphs[index].name}"',
                    f"@{name}",
                    (index,),
                )
                return False
    return True


def _namespaced(state: Merging, name: str, by_subgraph: Mapping[int, Wish]) -> bool:
    """In the supergraph ``@join__field`` is the join specification's, whatever was imported."""
    prefix, separator, _ = name.partition("__")
    if not separator or prefix not in {"join", "link", *(d.name for d in carried())}:
        return False
    state.refuse(
        "INVALID_LINK_DIRECTIVE_USAGE",
        f'Cannot import a directive as "@{name}": it can be confused with one of the "{prefix}" '
        "specification.",
        f"@{name}",
        by_subgraph,
        'Rename the import with "as".',
    )
    return True


def _refuse_missing(
    state: Merging, name: str, by_subgraph: Mapping[int, Wish], newest: Link
) -> None:
    state.refuse(
        "DIRECTIVE_COMPOSITION_ERROR",
        f'Core feature "{newest.url}", the newest that is linked, does not have a directive '
        f'definition for "@{name}"',
        f"@{name}",
        by_subgraph,
        "Define it in the subgraph that links the newest version, too.",
    )
