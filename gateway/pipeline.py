"""The table of contents: prepare → plan → execute → project.

Preparing and planning depend on the document and on who asks: the runtime keeps both. Executing
and projecting are done for each request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from gateway.execution import RequestLoaders, execute
from gateway.introspection.introspect import introspect
from gateway.introspection.plan_extension import shown_plan
from gateway.operation.compiler import CompiledOperation
from gateway.operation.errors import MutationByGet, OperationRefused
from gateway.operation.formulas import count
from gateway.operation.model import OperationKind
from gateway.request.combined_limits import check_combined_limits, check_limits
from gateway.request.context import RequestContext
from gateway.request.full_collections import Pause
from gateway.request.gathered import Gathered
from gateway.request.graphql_request import GraphQLRequest
from gateway.request.json_pieces import dumps_in_pieces
from gateway.request.json_text import dumps
from gateway.request.releasing import release
from gateway.request.response import GraphQLResponse, refused
from gateway.request.turned_away import STATUS as TURNED_AWAY
from gateway.request.turned_away import is_turned_away
from gateway.runtime.completion import run_to_completion
from gateway.runtime.prepared import PlannedOperation, PreparedDocument
from gateway.runtime.runtime import SupergraphRuntime


class ReadyOperation(msgspec.Struct, frozen=True):
    """An operation with the values of one request, planned: all that can refuse it is past."""

    document: PreparedDocument
    compiled: CompiledOperation
    variables: dict[str, Any]
    cost: int
    demand: int
    planned: PlannedOperation

    @property
    def is_mutation(self) -> bool:
        """Whether it changes something."""
        return self.compiled.operation.kind is OperationKind.MUTATION


async def answer(
    request: GraphQLRequest,
    runtime: SupergraphRuntime,
    context: RequestContext,
    *,
    read_only: bool = False,
) -> GraphQLResponse:
    """Answer one operation; ``read_only`` refuses mutations."""
    try:
        ready = await make_ready(request, runtime, context)
        if read_only and ready.is_mutation:
            raise MutationByGet("Mutations need POST.")
    except OperationRefused as refusal:
        return refused(refusal)
    if ready.is_mutation:  # once begun it ends, whoever stops waiting for it
        return await run_to_completion(carry_out(ready, runtime, context))
    return await carry_out(ready, runtime, context)


async def make_ready(
    request: GraphQLRequest, runtime: SupergraphRuntime, context: RequestContext
) -> ReadyOperation:
    """Find the text, prepare, weigh and plan. Raises OperationRefused."""
    documents = runtime.policy.documents
    text = await documents.text(request, context.caller)
    document = await runtime.prepare(text, request.operation_name, context)
    if document.hash is not None:
        await documents.remember(request)
    variables, cost, demand = _weighed(request, document, runtime, context)
    planned = await runtime.plan(document, context)
    return ReadyOperation(document, document.operation.compiled, variables, cost, demand, planned)


def known_operation(
    request: GraphQLRequest, runtime: SupergraphRuntime, context: RequestContext
) -> ReadyOperation | None:
    """What ``make_ready`` returns, at once: None where text, document or plan are not at hand.

    Raises OperationRefused.
    """
    text = request.query
    if text is None or request.extensions or request.document_id is not None:
        return None
    if runtime.policy.documents.only_trusted:
        return None
    document = runtime.known(text, request.operation_name)
    if document is None:
        return None
    variables, cost, demand = _weighed(request, document, runtime, context)
    planned = runtime.known_plan(document, context)
    if planned is None:
        return None
    return ReadyOperation(document, document.operation.compiled, variables, cost, demand, planned)


def is_new(request: GraphQLRequest, runtime: SupergraphRuntime) -> bool:
    """Tell whether a request has just a text, of which nothing is known: not that it is refused."""
    text = request.query
    if text is None or request.extensions or request.document_id is not None:
        return False
    if runtime.policy.documents.only_trusted:
        return False
    key = (text, request.operation_name)
    return runtime.known(*key) is None and runtime.rejected.get(key) is None


def is_same_for_all(ready: ReadyOperation, runtime: SupergraphRuntime) -> bool:
    """Tell whether every caller would get the same plan: nothing is protected, no label drawn."""
    document = ready.document
    return (
        not document.operation.protection.requirements
        and not runtime.supergraph.labels
        and document.hash is not None
    )


def _weighed(
    request: GraphQLRequest,
    document: PreparedDocument,
    runtime: SupergraphRuntime,
    context: RequestContext,
) -> tuple[dict[str, Any], int, int]:
    """Return the variables' values, cost and demand. Raises OperationRefused past a limit.

    Before planning, which takes longest where most is asked for.
    """
    compiled = document.operation.compiled
    variables = compiled.coerce(request.variables)
    if compiled.introspection is not None:
        runtime.policy.explorer.check(context.caller)
    values = {**variables, **document.values} if document.values else variables
    cost, demand = count(compiled.cost, values), count(compiled.demand, values)
    check_limits(compiled.measure, cost, demand, runtime.policy.limits)
    return variables, cost, demand


async def carry_out(
    ready: ReadyOperation,
    runtime: SupergraphRuntime,
    context: RequestContext,
    loaders: RequestLoaders | None = None,
) -> GraphQLResponse:
    """Execute and project. ``loaders`` join what several operations of a batch fetch."""
    compiled = ready.compiled
    with Pause() as pause:
        gathered = await execute(
            ready.planned.executable,
            ready.variables,
            context,
            runtime.subgraphs,
            policy=runtime.policy.errors,
            pass_through=compiled.introspection is None,
            loaders=loaders,
            client=ready.document.client,
            large=runtime.large_answers,
            pause=pause,
        )
        if compiled.introspection is not None:
            gathered.introspected = await introspect(
                compiled, runtime.supergraph.api_schema, ready.variables, runtime.introspections
            )
        if gathered.raw is None and gathered.is_large:  # raw is shaped already
            response = await runtime.large_answers.apart(project_large, ready, gathered)
        else:
            response = project(ready, gathered)
    response.demand = ready.demand
    if context.explain:
        response.extensions["queryPlan"] = shown_plan(ready.planned.plan, gathered.traces)
    return response


def project(ready: ReadyOperation, gathered: Gathered) -> GraphQLResponse:
    """Shape what was gathered into the response."""
    name = ready.document.hash
    if gathered.raw is not None:
        return GraphQLResponse(raw=gathered.raw, replies=gathered.replies, hash=name)
    data, found = ready.planned.project(gathered, ready.variables)
    errors = [error.formatted() for error in found]
    response = GraphQLResponse(data=data, errors=errors, replies=gathered.replies, hash=name)
    if errors and not ready.is_mutation and is_turned_away(data, errors, gathered.replies):
        response.executed, response.is_http_error = False, True
        response.status = TURNED_AWAY
    return response


def project_large(ready: ReadyOperation, gathered: Gathered) -> GraphQLResponse:
    """Shape and write a large answer, and free what it was made of, a piece at a time."""
    response = project(ready, gathered)
    if response.data is not None:
        response.written = dumps_in_pieces(response.data, dumps)
        if not gathered.introspected:  # those answers are kept, and given to others
            release(response.data)
        response.data = None
    release(gathered.data)  # it may share lists with the answer
    return response


async def answer_batch(
    requests: Sequence[GraphQLRequest | OperationRefused],
    runtime: SupergraphRuntime,
    context: RequestContext,
) -> list[GraphQLResponse]:
    """Answer the operations of an array, in its order; some may be refused already.

    Queries run at the same time; a batch with a mutation runs one operation after the other.
    """
    batch = [await _ready_or_refused(request, runtime, context) for request in requests]
    ready = [item for item in batch if isinstance(item, ReadyOperation)]
    try:
        check_combined_limits(
            (item.compiled.measure for item in ready),
            (item.cost for item in ready),
            (item.demand for item in ready),
            runtime.policy.limits,
        )
    except OperationRefused as refusal:
        return [refused(item if isinstance(item, OperationRefused) else refusal) for item in batch]
    loaders = RequestLoaders() if len(batch) > 1 else None

    async def respond(item: ReadyOperation | OperationRefused) -> GraphQLResponse:
        if isinstance(item, OperationRefused):
            return refused(item)
        return await carry_out(item, runtime, context, loaders)

    async def respond_in_order() -> list[GraphQLResponse]:
        return [await respond(item) for item in batch]

    if any(item.is_mutation for item in ready):
        return await run_to_completion(respond_in_order())
    return list(await asyncio.gather(*map(respond, batch)))


async def _ready_or_refused(
    request: GraphQLRequest | OperationRefused, runtime: SupergraphRuntime, context: RequestContext
) -> ReadyOperation | OperationRefused:
    if isinstance(request, OperationRefused):
        return request
    try:
        return await make_ready(request, runtime, context)
    except OperationRefused as refusal:
        return refusal
