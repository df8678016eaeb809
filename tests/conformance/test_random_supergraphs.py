"""Supergraphs that nobody wrote: drawn at random, queried at random, answered like a monolith.

``EST_SEED`` moves all seeds. A failure names its seed and shows operation and subgraphs made small.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from gateway.composition import CompositionFailed
from tests.conformance.generated import wrong_answers
from tests.testkit.differential import supergraph_of
from tests.testkit.random_supergraph import random_supergraph

SEED = int(os.environ.get("EST_SEED", "0"))
SUPERGRAPHS = 20
ONLY_A_MUTATION_ROOT = 1320
"""One of its subgraphs names its mutation root and has no query of its own."""
ONLY_COMPOSITION_KNOWS = {
    "SATISFIABILITY_ERROR",
    "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES",
    "INTERFACE_FIELD_NO_IMPLEM",
    "EXTERNAL_UNUSED",
}


@pytest.mark.parametrize("seed", [*range(SEED, SEED + SUPERGRAPHS), ONLY_A_MUTATION_ROOT])
async def test_a_supergraph_that_nobody_wrote(seed: int) -> None:
    try:
        async for wrong in wrong_answers(seed, Counter()):
            pytest.fail(wrong)
    except CompositionFailed as refused:
        codes = {str(error.code) for error in refused.errors}
        assert codes <= ONLY_COMPOSITION_KNOWS


def test_most_drawings_compose() -> None:
    composed = 0
    for seed in range(SEED, SEED + SUPERGRAPHS):
        try:
            supergraph_of(random_supergraph(seed))
            composed += 1
        except CompositionFailed:
            continue
    assert composed > SUPERGRAPHS / 2
