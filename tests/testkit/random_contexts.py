"""``@context`` in a random supergraph: an argument that takes its value from objects above."""

from __future__ import annotations

from collections.abc import Iterator

from tests.testkit.random_parts import Parts
from tests.testkit.random_whole import Concept
from tests.testkit.sdl_draft import DraftField, DraftSubgraph, DraftType

_CONTEXT = '@context(name: "c")'


def add_context(parts: Parts, subgraph: DraftSubgraph) -> None:
    """Let the root and some entities set a context, and a field of another take from it."""
    takers = [n for n in parts.entities_of(subgraph) if subgraph.types[n].resolvable]
    query = subgraph.types.get("Query")
    if query is None or not takers or subgraph.roots:
        return
    query.fields["anywhere"] = DraftField("anywhere", "String", "")
    query.directives.append(_CONTEXT)
    fragments = ["... on Query { anywhere }"]
    for name in parts.entities_of(subgraph)[: parts.dice.randint(0, 2)]:
        selection = next(_texts(parts, subgraph, subgraph.types[name]), None)
        if selection is not None:
            subgraph.types[name].directives.append(_CONTEXT)
            fragments.append(f"... on {name} {{ {selection} }}")
    taken = f'a: String @fromContext(field: "$c {" ".join(fragments)}")'
    given = parts.dice.choice(("", ", n: Int"))
    field = DraftField(f"from{subgraph.name}", "String", "", f"({taken}{given})")
    subgraph.types[takers[0]].fields[field.name] = field
    parts.whole.fields[takers[0]][field.name] = Concept(field.name, "String", "{}", "", False)


def _texts(parts: Parts, subgraph: DraftSubgraph, type_: DraftType) -> Iterator[str]:
    """Selections of a type that come to one text: own, of another subgraph, or of a value below."""
    concepts = list(parts.whole.fields[type_.name].items())
    for name, concept in parts.dice.sample(concepts, len(concepts)):
        if concept.arguments or concept.wrapper != "{}":
            continue
        declared = type_.fields.get(name)
        elsewhere = parts.is_held_elsewhere(subgraph, type_.name, name)
        if concept.target in parts.whole.values and declared is not None:
            below = subgraph.types[concept.target]
            inner = next(_texts(parts, subgraph, below), None)
            if inner is not None:
                yield f"{name} {{ {inner} }}"
        elif concept.target == "String" and declared is not None:
            yield name
        elif concept.target == "String" and type_.keys and elsewhere:
            parts.declare(subgraph, type_.name, name)
            type_.fields[name].directives.append("@external")
            yield name
