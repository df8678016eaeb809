"""Random operations on random supergraphs, answered through the gateway and by a monolith.

``test_random_supergraphs`` has a few of them in every run; for long, with a count:

python -m tests.conformance.generated [--operations 10000] [--seed 0]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping

from graphql import validate

from gateway.composition import CompositionFailed
from tests.testkit.differential import FederatedWorld
from tests.testkit.generator import Generated, OperationGenerator
from tests.testkit.random_supergraph import random_supergraph
from tests.testkit.shrinking import shrink
from tests.testkit.shrinking_sdl import shrink_sdls

OPERATIONS = 10
"""Of one supergraph."""
_TOLD_EVERY = 500


async def wrong_answers(seed: int, counts: Counter[str]) -> AsyncIterator[str]:
    """What is wrong with operations on the supergraph of ``seed``, made small.

    ``counts`` how many were asked. Raises CompositionFailed: what is drawn need not compose.
    """
    sdls = random_supergraph(seed, with_differences=True)
    federated = FederatedWorld(sdls, seed)
    federated.labels = _labels(seed)
    schema = federated.supergraph.api_schema
    generator = OperationGenerator(schema, seed, size=14, takes_names=seed % 2 == 1)
    for number in range(OPERATIONS):
        is_mutation = schema.mutation_type is not None and number % 4 == 0
        generated = generator.mutation() if is_mutation else generator.query()
        counts["operations"] += 1
        wrong = await _wrong(federated, generated)
        if wrong is not None:
            about = f"seed {seed}, operation {number}"
            yield f"{about}\n{await _shrunk(sdls, seed, generated, wrong)}"


async def _wrong(federated: FederatedWorld, generated: Generated) -> str | None:
    try:
        return await federated.check(generated)
    except Exception as error:  # noqa: BLE001  a crash is what this looks for
        return f"crash: {error!r}"


def _kind(wrong: str | None) -> str | None:
    return wrong.partition(":")[0] if wrong else None


def _labels(seed: int) -> frozenset[str]:
    """The override labels that are active for a seed."""
    return frozenset(label for bit, label in enumerate(("l0", "l1")) if seed >> bit & 1)


async def _shrunk(sdls: Mapping[str, str], seed: int, generated: Generated, wrong: str) -> str:
    federated = FederatedWorld(sdls, seed)
    federated.labels = _labels(seed)

    async def fails(candidate: Generated) -> bool:
        return _kind(await _wrong(federated, candidate)) == _kind(wrong)

    async def fails_with(smaller: Mapping[str, str]) -> bool:
        try:
            world = FederatedWorld(smaller, seed)
        except Exception:  # noqa: BLE001  whatever cannot be built is no smaller case
            return False
        world.labels = federated.labels
        if validate(world.supergraph.api_schema, small.document):
            return False
        return _kind(await _wrong(world, small)) == _kind(wrong)

    small = await shrink(generated, federated.supergraph.api_schema, fails, attempts=100)
    less = await shrink_sdls(sdls, fails_with, attempts=100)
    told = "\n".join(f"# {name}\n{sdl}" for name, sdl in less.items())
    return f"{small.text}\n{small.variables}\n{told}\n{wrong}"


async def _ask(operations: int, seed: int) -> Counter[str]:
    """Ask that many operations, on the supergraphs from ``seed`` on; tell what is wrong."""
    counts: Counter[str] = Counter()
    told = 0
    while counts["operations"] < operations:
        try:
            async for wrong in wrong_answers(seed, counts):
                counts["wrong"] += 1
                sys.stdout.write(f"{wrong}\n")
            counts["supergraphs"] += 1
        except CompositionFailed:
            counts["not composed"] += 1
        seed += 1
        if counts["operations"] >= told + _TOLD_EVERY:
            told = counts["operations"]
            sys.stdout.write(f"{dict(counts)}\n")
            sys.stdout.flush()
    return counts


def main() -> int:
    """Count; the exit status is 1 where an answer is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    counts = asyncio.run(_ask(options.operations, options.seed))
    sys.stdout.write(
        f"{counts['operations']} operations on {counts['supergraphs']} supergraphs"
        f" ({counts['not composed']} more did not compose): {counts['wrong']} wrong\n"
    )
    return min(counts["wrong"], 1)


if __name__ == "__main__":
    sys.exit(main())
