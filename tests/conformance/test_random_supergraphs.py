"""Supergraphs that nobody wrote: drawn at random, queried at random, answered like a monolith.

``EST_SEED`` moves all seeds. A failure names its seed and shows operation and subgraphs made small.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import pytest
from graphql import validate

from gateway.composition import CompositionFailed
from tests.testkit.differential import FederatedWorld, supergraph_of
from tests.testkit.generator import Generated, OperationGenerator
from tests.testkit.random_supergraph import random_supergraph
from tests.testkit.shrinking import shrink
from tests.testkit.shrinking_sdl import shrink_sdls

SEED = int(os.environ.get("EST_SEED", "0"))
SUPERGRAPHS = 20
OPERATIONS = 10
ONLY_COMPOSITION_KNOWS = {
    "SATISFIABILITY_ERROR",
    "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES",
    "INTERFACE_FIELD_NO_IMPLEM",
    "EXTERNAL_UNUSED",
}


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


@pytest.mark.parametrize("seed", range(SEED, SEED + SUPERGRAPHS))
async def test_a_supergraph_that_nobody_wrote(seed: int) -> None:
    sdls = random_supergraph(seed)
    try:
        federated = FederatedWorld(sdls, seed)
    except CompositionFailed as refused:
        codes = {str(error.code) for error in refused.errors}
        assert codes <= ONLY_COMPOSITION_KNOWS
        return
    federated.labels = _labels(seed)
    schema = federated.supergraph.api_schema
    generator = OperationGenerator(schema, seed, size=14)
    for number in range(OPERATIONS):
        is_mutation = schema.mutation_type is not None and number % 4 == 0
        generated = generator.mutation() if is_mutation else generator.query()
        wrong = await _wrong(federated, generated)
        if wrong is not None:
            about = f"seed {seed}, operation {number}"
            pytest.fail(f"{about}\n{await _shrunk(sdls, seed, generated, wrong)}")


def test_most_drawings_compose() -> None:
    composed = 0
    for seed in range(SEED, SEED + SUPERGRAPHS):
        try:
            supergraph_of(random_supergraph(seed))
            composed += 1
        except CompositionFailed:
            continue
    assert composed > SUPERGRAPHS / 2
