"""What a token that is valid but for its expiry does not stand in the way of.

A client that attaches its token to everything must still be able to refresh it: a mutation all of
whose root fields are open to everybody goes through, as if no token had come. Everything else keeps
its 401, so that no query is quietly answered as anonymous.
"""

from __future__ import annotations

from gateway.http.parameters import Requests
from gateway.operation.errors import OperationRefused
from gateway.operation.model import OperationKind
from gateway.request.context import RequestContext
from gateway.request.graphql_request import GraphQLRequest
from gateway.runtime.runtime import SupergraphRuntime
from gateway.security.authorization import is_open


async def need_no_token(
    requests: Requests, runtime: SupergraphRuntime, context: RequestContext
) -> bool:
    """Tell whether every operation is a mutation that needs nothing of its caller."""
    for request in requests if isinstance(requests, list) else [requests]:
        if isinstance(request, OperationRefused):
            return False
        if not await _is_open_mutation(request, runtime, context):
            return False
    return True


async def _is_open_mutation(
    request: GraphQLRequest, runtime: SupergraphRuntime, context: RequestContext
) -> bool:
    try:
        text = await runtime.policy.documents.text(request, context.caller)
        document = await runtime.prepare(text, request.operation_name, context)
    except OperationRefused:
        return False
    is_mutation = document.operation.compiled.operation.kind is OperationKind.MUTATION
    return is_mutation and is_open(document.operation.protection)
