"""@skip and @include of a document, read as facts about variables.

``None`` stands for facts that can never hold together.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    VariableNode,
)

from gateway.operation.condition import Conjunction, is_contradiction

SKIP_AND_INCLUDE = frozenset({"skip", "include"})


def directive_facts(directives: Iterable[DirectiveNode]) -> Conjunction | None:
    """Return the facts that @skip and @include demand, None where a literal already forbids."""
    facts: set[tuple[str, bool]] = set()
    for directive in directives:
        name = directive.name.value
        if name not in SKIP_AND_INCLUDE:
            continue
        wanted = name == "include"
        value = next((a.value for a in directive.arguments or () if a.name.value == "if"), None)
        if isinstance(value, BooleanValueNode):
            if value.value is not wanted:
                return None
        elif isinstance(value, VariableNode):
            facts.add((value.name.value, wanted))
    found = frozenset(facts)
    return None if is_contradiction(found) else found


def conjoin(held: Conjunction, facts: Conjunction, known: Conjunction) -> Conjunction | None:
    """Add ``facts`` to ``held``, leaving out what is ``known`` to be true where they are read."""
    if not facts:
        return held
    result = held | (facts - known)
    return None if is_contradiction(result | known) else result


def condition_variables(document: DocumentNode, operation: OperationDefinitionNode) -> set[str]:
    """Return the variables that @skip and @include of one operation read."""
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    found: set[str] = set()
    waiting = [operation.selection_set]
    while waiting:
        for selection in waiting.pop().selections:
            for directive in selection.directives or ():
                if directive.name.value in SKIP_AND_INCLUDE:
                    values = (argument.value for argument in directive.arguments or ())
                    found.update(v.name.value for v in values if isinstance(v, VariableNode))
            inner = getattr(selection, "selection_set", None)
            if isinstance(selection, FragmentSpreadNode):
                # Each is looked into once, however often it is spread.
                fragment = fragments.pop(selection.name.value, None)
                inner = fragment and fragment.selection_set
            if inner is not None:
                waiting.append(inner)
    return found
