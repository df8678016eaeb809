"""``@context``: names the objects of a type, so that fields below may take values from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from gateway.composition.contexts import context_setters
from gateway.composition.errors import CompositionError
from gateway.composition.facts import SubgraphFacts
from gateway.composition.literals import string
from gateway.composition.model import Applied, Subgraph
from gateway.composition.specification.directive import (
    Carried,
    Definition,
    Directive,
    Specification,
)
from gateway.composition.specification.merges import each_once

_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9]*$")


def check_context_names(facts: SubgraphFacts) -> Iterator[CompositionError]:
    """CONTEXT_NAME_INVALID."""
    for name, types in context_setters(facts.subgraph).items():
        if not _NAME.match(name):
            problem = (
                f'Context name "{name}" may not contain an underscore.'
                if "_" in name
                else f'Context name "{name}" is invalid: it should be letters and digits.'
            )
            coordinates = tuple(declared.name for declared in types)
            yield CompositionError("CONTEXT_NAME_INVALID", problem, coordinates)


def _qualify(applied: Applied, subgraph: Subgraph) -> Applied:
    """Two subgraphs may use the same word: ``user`` of ``a`` is ``a__user``."""
    return replace(applied, arguments={"name": string(f"{subgraph.name}__{applied.value('name')}")})


DIRECTIVE = Directive(
    name="context",
    definitions=(Definition((2, 8), "(name: String!) repeatable on INTERFACE | OBJECT | UNION"),),
    checks=(check_context_names,),
    carried=Carried(
        specification=Specification("context", (0, 1), "SECURITY", linkable=False),
        merge=each_once,
        qualify=_qualify,
        # @fromContext, defined beside it, is in the supergraph as contextArguments of @join__field.
        definition=(
            "directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION\n\n"
            "directive @context__fromContext(field: context__ContextFieldValue) on "
            "ARGUMENT_DEFINITION\n\nscalar context__ContextFieldValue"
        ),
    ),
)
