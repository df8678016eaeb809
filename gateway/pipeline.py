"""The table of contents: prepare → plan → execute → project."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.execution import execute
from gateway.introspection.introspect import introspect
from gateway.introspection.plan_extension import shown_plan
from gateway.operation.cost import evaluate
from gateway.operation.errors import MutationByGet, OperationRefused
from gateway.operation.model import OperationKind
from gateway.request.combined_limits import check_sum
from gateway.request.context import Exchange
from gateway.request.gathered import Gathered
from gateway.request.graphql_request import GraphQLRequest
from gateway.request.response import Answer, refused
from gateway.runtime.completion import to_its_end
from gateway.runtime.runtime import Prepared, Variant


@dataclass(frozen=True, slots=True)
class Ready:
    """An operation with the values of one request, planned: all that can refuse it is past."""

    prepared: Prepared
    variables: dict[str, Any]
    variant: Variant
    cost: int

    @property
    def is_mutation(self) -> bool:
        """Whether it changes something."""
        return self.variant.plan.kind is OperationKind.MUTATION


async def answer(request: GraphQLRequest, exchange: Exchange, *, read_only: bool = False) -> Answer:
    """Answer one operation; ``read_only`` refuses mutations."""
    try:
        ready = prepare(request, exchange)
        if read_only and ready.is_mutation:
            raise MutationByGet("Mutations need POST.")
        check_sum([ready.prepared.operation.measure], [ready.cost], exchange.runtime.rules.limits)
    except OperationRefused as refusal:
        return refused(refusal)
    return await run(ready, exchange)


async def run(ready: Ready, exchange: Exchange) -> Answer:
    """Execute and project. A begun mutation ends, whoever stops waiting for it."""
    if ready.is_mutation:
        return await to_its_end(_run(ready, exchange))
    return await _run(ready, exchange)


async def _run(ready: Ready, exchange: Exchange) -> Answer:
    runtime, operation = exchange.runtime, ready.prepared.operation
    gathered = await execute(
        ready.variant.executable,
        ready.variables,
        exchange,
        runtime.subgraphs,
        policy=runtime.rules.error_policy,
        pass_through=operation.introspection is None,
    )
    if operation.introspection is not None:
        schema = runtime.supergraph.api_schema
        gathered.introspected = await introspect(
            operation, schema, ready.variables, runtime.introspected
        )
    found = project(ready, gathered)
    if exchange.explain:
        found.extensions["queryPlan"] = shown_plan(ready.variant.plan, gathered.traces)
    return found


def prepare(request: GraphQLRequest, exchange: Exchange) -> Ready:
    """Text → operation → variables → plan. Raises OperationRefused."""
    runtime = exchange.runtime
    prepared = runtime.prepare(request)
    operation = prepared.operation
    variables = operation.coerce(request.variables)
    if operation.introspection is not None:
        runtime.rules.explorer.check(exchange.caller)
    return Ready(
        prepared,
        variables,
        runtime.variant(prepared, exchange.caller, exchange.labels),
        evaluate(operation.cost, variables),
    )


def project(ready: Ready, gathered: Gathered) -> Answer:
    """Shape what was gathered into the response."""
    operation = ready.prepared.operation
    name = operation.hash if operation.keep else None
    if gathered.raw is not None:
        return Answer(raw=gathered.raw, replies=gathered.replies, hash=name)
    data, errors = ready.variant.project(gathered, ready.variables)
    return Answer(
        data=data,
        errors=[error.formatted() for error in errors],
        replies=gathered.replies,
        hash=name,
    )


async def answer_batch(
    requests: Sequence[GraphQLRequest | OperationRefused], exchange: Exchange
) -> list[Answer]:
    """Answer the operations of an array, in its order.

    Queries run at the same time; a batch with a mutation runs one operation after the other.
    """
    prepared = [_try_to_prepare(request, exchange) for request in requests]
    ready = [item for item in prepared if isinstance(item, Ready)]
    try:
        check_sum(
            (item.prepared.operation.measure for item in ready),
            (item.cost for item in ready),
            exchange.runtime.rules.limits,
        )
    except OperationRefused as refusal:
        return [
            refused(item if isinstance(item, OperationRefused) else refusal) for item in prepared
        ]
    if any(item.is_mutation for item in ready):
        return await to_its_end(_in_order(prepared, exchange))
    return list(await asyncio.gather(*(_run_or_refuse(item, exchange) for item in prepared)))


def _try_to_prepare(
    request: GraphQLRequest | OperationRefused, exchange: Exchange
) -> Ready | OperationRefused:
    if isinstance(request, OperationRefused):
        return request
    try:
        return prepare(request, exchange)
    except OperationRefused as refusal:
        return refusal


async def _in_order(
    prepared: Sequence[Ready | OperationRefused], exchange: Exchange
) -> list[Answer]:
    return [await _run_or_refuse(item, exchange) for item in prepared]


async def _run_or_refuse(item: Ready | OperationRefused, exchange: Exchange) -> Answer:
    return refused(item) if isinstance(item, OperationRefused) else await _run(item, exchange)
