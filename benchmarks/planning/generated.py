"""A generated supergraph: many subgraphs, many entities, fields spread over them by a seed."""

from __future__ import annotations

import random

_HEAD = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
{ query: Query }
"""


def supergraph_sdl(subgraphs: int = 50, types: int = 500, seed: int = 1) -> str:
    """A supergraph in join v0.3: every type an entity known to three to five subgraphs."""
    dice = random.Random(seed)
    names = [f"S{index}" for index in range(subgraphs)]
    graphs = "\n".join(f'  {n} @join__graph(name: "{n.lower()}", url: "http://{n}")' for n in names)
    parts = [_HEAD, "enum join__Graph {\n" + graphs + "\n}"]
    homes = {f"T{index}": dice.sample(names, dice.randint(3, 5)) for index in range(types)}
    roots = []
    for name, known in homes.items():
        parts.append(_entity(name, known, homes, dice))
        roots.append(f"  {name.lower()}: {name} @join__field(graph: {known[0]})")
    joins = " ".join(f"@join__type(graph: {n})" for n in names)
    parts.append(f"type Query {joins} {{\n" + "\n".join(roots) + "\n}")
    return "\n".join(parts)


def _entity(name: str, known: list[str], homes: dict[str, list[str]], dice: random.Random) -> str:
    joins = " ".join(f'@join__type(graph: {n}, key: "id")' for n in known)
    fields = ["  id: ID!"]
    fields += [f"  f{i}: String @join__field(graph: {dice.choice(known)})" for i in range(8)]
    for index in range(4):
        home = dice.choice(known)
        others = [other for other, places in homes.items() if home in places]
        fields.append(f"  r{index}: {dice.choice(others)} @join__field(graph: {home})")
    return f"type {name} {joins} {{\n" + "\n".join(fields) + "\n}"


def operation_text(sdl: str, fields: int = 200, seed: int = 1) -> str:
    """A query of about ``fields`` fields that wanders through the supergraph."""
    dice = random.Random(seed)
    relations: dict[str, list[tuple[str, str]]] = {}
    current = ""
    for line in sdl.splitlines():
        words = line.split()
        if line.startswith("type "):
            current = words[1]
        elif line.startswith("  r"):
            relations.setdefault(current, []).append((words[0].rstrip(":"), words[1]))
    left = fields

    def selection(type_name: str, depth: int) -> str:
        nonlocal left
        leaves = [f"f{index}" for index in dice.sample(range(8), 3)]
        left -= len(leaves)
        parts = leaves
        for relation, target in dice.sample(relations[type_name], 2):
            if depth > 0 and left > 0:
                left -= 1
                parts.append(f"{relation} {selection(target, depth - 1)}")
        return "{ " + " ".join(parts) + " }"

    roots = []
    for name in dice.sample(sorted(relations), 40):
        if left > 0:
            left -= 1
            roots.append(f"{name.lower()} {selection(name, 4)}")
    return "{ " + " ".join(roots) + " }"
