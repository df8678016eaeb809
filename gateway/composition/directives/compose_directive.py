"""``@composeDirective`` names a directive that is defined here and belongs to a linked
specification. DIRECTIVE_COMPOSITION_ERROR."""

from __future__ import annotations

from collections.abc import Iterator

from graphql.pyutils import did_you_mean, suggestion_list

from gateway.composition.directives import carried_as_written
from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.linked import linked_directive
from gateway.composition.model import Subgraph
from gateway.composition.specification.directive import Definition, Directive

_OWN = frozenset({"join", "link", "federation"})


def check_composed(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """Check every wish to compose a directive."""
    subgraph = facts.subgraph
    for applied in subgraph.schema_directives:
        if applied.federation and applied.name == "composeDirective":
            problem = _problem(subgraph, applied.value("name"))
            if problem:
                yield CompositionError(
                    "DIRECTIVE_COMPOSITION_ERROR", problem, (str(applied.value("name")),)
                )


def _problem(subgraph: Subgraph, name: object) -> str | None:
    """Say what is wrong with a wish to compose ``name``, None if it can be granted."""
    if not isinstance(name, str) or not name:
        return "Argument to @composeDirective cannot be null or an empty string"
    if not name.startswith("@"):
        return f'Argument to @composeDirective "{name}" must have a leading "@"'
    local = name.removeprefix("@")
    canonical = next((c for c, written in subgraph.spelling.items() if written == local), None)
    if canonical is not None and local not in subgraph.directives:
        if canonical in carried_as_written():
            return None  # composed anyway
        return f'Composing federation directive "{name}" is not supported'
    if local not in subgraph.directives:
        known = [f"@{directive}" for directive in subgraph.directives]
        return (
            "Could not find matching directive definition for argument to @composeDirective "
            f'"{name}".' + did_you_mean(suggestion_list(name, known))
        )
    linked = linked_directive(subgraph, local)
    if linked is None:
        return f'Directive "{name}" cannot be composed because it is not a member of a core feature'
    if linked[0].url.name in _OWN and "specs.apollo.dev" in linked[0].url.identity:
        return f'Composing federation directive "{name}" is not supported'
    return None


DIRECTIVE = Directive(
    name="composeDirective",
    definitions=(Definition((2, 1), "(name: String) repeatable on SCHEMA"),),
    checks=(check_composed,),
)
