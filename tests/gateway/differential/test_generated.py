"""A thousand generated operations a run, through the gateway and as one plain schema.

``EST_SEED`` moves all seeds; a failure names its case and seed and shows the operation made small.
"""

from __future__ import annotations

import json
import os

import pytest

from gateway.execution import execute
from gateway.pipeline import answer_batch
from gateway.request.graphql_request import GraphQLRequest
from gateway.request.json_text import dumps
from tests.gateway.differential.cases import CASES
from tests.testkit.differential import FederatedWorld, report
from tests.testkit.generator import OperationGenerator
from tests.testkit.subgraphs import make_context

SEED = int(os.environ.get("EST_SEED", "0"))
OPERATIONS = 20
BLOCKS = [(case, SEED + 1_000 + block) for case in CASES for block in range(10)]


@pytest.mark.parametrize(("case", "seed"), BLOCKS)
async def test_the_gateway_answers_like_a_monolith(case: str, seed: int) -> None:
    federated = FederatedWorld(CASES[case], seed)
    generator = OperationGenerator(federated.supergraph.api_schema, seed)
    for number in range(OPERATIONS):
        generated = generator.query()
        if wrong := await federated.check(generated):
            about = f"{case}, seed {seed}, operation {number}"
            pytest.fail(await report(federated, generated, federated.check, about, wrong))


@pytest.mark.parametrize("case", CASES)
async def test_mutations_too(case: str) -> None:
    federated = FederatedWorld(CASES[case], SEED)
    schema = federated.supergraph.api_schema
    if schema.mutation_type is None:
        assert not [sdl for sdl in CASES[case].values() if "type Mutation" in sdl]
        return
    generator = OperationGenerator(schema, SEED, depth=4)
    for number in range(OPERATIONS):
        generated = generator.mutation()
        if wrong := await federated.check(generated):
            about = f"{case}, seed {SEED}, mutation {number}"
            pytest.fail(await report(federated, generated, federated.check, about, wrong))


@pytest.mark.parametrize("case", CASES)
async def test_what_passes_through_equals_what_is_decoded(case: str) -> None:
    federated = FederatedWorld(CASES[case], SEED)
    generator = OperationGenerator(federated.supergraph.api_schema, SEED + 7, depth=3, size=8)
    passed = 0
    for _ in range(6 * OPERATIONS):
        generated = generator.query()
        context = make_context(seconds=300)
        prepared = await federated.runtime.prepare(generated.text, None, context)
        planned = await federated.runtime.plan(prepared, context)
        if not planned.plan.passthrough:
            continue
        values = prepared.operation.compiled.coerce(generated.variables)
        raw = await execute(
            planned.executable, values, context, federated.subgraphs, client=prepared.client
        )
        read = await execute(
            planned.executable,
            values,
            context,
            federated.subgraphs,
            pass_through=False,
            client=prepared.client,
        )
        data, errors = planned.project(read, values)
        passed += raw.raw is not None
        if raw.raw is not None:
            assert json.dumps(json.loads(raw.raw)["data"]) == json.dumps(json.loads(dumps(data)))
            assert errors == []
    assert passed > 1


@pytest.mark.parametrize("case", CASES)
async def test_a_batch_answers_as_its_operations_alone(case: str) -> None:
    federated = FederatedWorld(CASES[case], SEED)
    generator = OperationGenerator(federated.supergraph.api_schema, SEED + 11)
    for _ in range(8):
        batch = [generator.query() for _ in range(4)]
        batch.append(batch[0])
        federated.forget()
        alone = [await federated.ask(generated) for generated in batch]
        requests = federated.subgraphs.requests()
        federated.forget()
        context = make_context(seconds=300)
        answers = await answer_batch(
            [GraphQLRequest(g.text, None, g.variables) for g in batch],
            federated.runtime,
            context,
        )
        assert [json.loads(a.to_json())["data"] for a in answers] == [r.tree for r in alone]
        assert federated.subgraphs.requests() <= requests
