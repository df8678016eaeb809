"""The HTTP door of a subgraph: one operation per POST, every malformed body answered properly.

Its caller is a gateway (the key is checked before, see ``shared.http.gateway_key``), so there are
no batches, no GET, no uploads, no streams and no IDE here. Statuses follow GraphQL over HTTP.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response
from strawberry.asgi import GraphQL
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult

from shared.errors import ClientError, TimedOut
from shared.graphql.context import RequestContext
from shared.graphql.errors import (
    INTERNAL,
    INTERNAL_MESSAGE,
    ErrorPresenter,
    status_of_request_error,
)
from shared.graphql.request import read_parameters
from shared.graphql.schema import OperationRefused, PreparedOperation, SubgraphSchema
from shared.graphql.tracing import trace_for
from shared.http.admission import RETRY_AFTER_SECONDS, Admission, Overloaded
from shared.http.awaited import ClientGone, DeadlinePassed, deadline_of, while_awaited
from shared.http.bodies import BadRequest
from shared.http.door import Door, settle_arrival
from shared.http.metrics import Metrics
from shared.process.exhaustion import is_exhausted
from shared.tokens import UNJUDGED, BearerAuthenticator, Caller, TokenNotJudged, TokenRejected

log = structlog.get_logger(__name__)

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
CLIENT_GONE = 499  # as nginx writes it

MakeContext = Callable[[Request, Caller], RequestContext]


class SubgraphView(GraphQL[RequestContext, None]):
    """Serves a ``SubgraphSchema``.

    ``make_context(request, caller)`` builds the context of each request; ``client_ip(request)`` and
    ``request_id(request)`` (``shared.http.gateway_key``, ``shared.http.request_id``) tell its
    parts. Without ``introspection`` it still answers ``_service { sdl }``, which composition tools
    ask for.
    """

    def __init__(
        self,
        schema: SubgraphSchema,
        authenticator: BearerAuthenticator,
        make_context: MakeContext,
        presenter: ErrorPresenter,
        admission: Admission,
        *,
        max_body_bytes: int = 4_000_000,
        introspection: bool = True,
    ) -> None:
        super().__init__(
            schema, graphql_ide=None, allow_queries_via_get=False, subscription_protocols=()
        )
        self._authenticator = authenticator
        self._make_context = make_context
        self._presenter = presenter
        self._subgraph = schema
        self._admission = admission
        self._max_body_bytes = max_body_bytes
        self._introspection = introspection

    async def run(self, request: Any, context: Any = None, root_value: Any = None) -> Any:  # noqa: ARG002
        """Answer one request; Strawberry's own path serves much that is not served here."""
        try:
            with self._admission.entered():
                return await self._run(request)
        except Overloaded as overload:
            return _overloaded(overload)
        except ClientGone:
            return Response(status_code=CLIENT_GONE)  # for the log; nobody reads it
        except DeadlinePassed:
            return _unavailable(TimedOut())
        except Exception as error:
            log.exception("request failed")
            if is_exhausted(error):
                return _overloaded(Overloaded())
            identifier = getattr(request.state, "request_id", None)
            return _refusal(500, INTERNAL, INTERNAL_MESSAGE, None, {"requestId": identifier})

    async def _run(self, request: Request) -> Response:
        try:
            parameters = await read_parameters(request, self._max_body_bytes)
            caller = await self._caller(request.headers.get("authorization"))
            operation = await self._subgraph.prepare(
                parameters.query, parameters.operation_name, parameters.variables
            )
        except BadRequest as refusal:
            return _refusal(refusal.status, refusal.code, str(refusal), refusal.headers)
        except TokenRejected as rejection:
            return _unauthenticated(rejection)
        except MissingQueryError:
            return _refusal(400, "BAD_USER_INPUT", "The request has no query.")
        except CannotGetOperationTypeError:
            message = "Name one of the document's operations in operationName."
            return _refusal(400, "GRAPHQL_VALIDATION_FAILED", message)
        except InvalidOperationTypeError:
            return _refusal(400, "SUBSCRIPTIONS_UNSUPPORTED", "Subscriptions are not served.")
        except OperationRefused as refusal:
            return self._rendered(request, ExecutionResult(data=None, errors=refusal.errors))
        if operation.introspects and not self._introspection:
            return _refusal(403, "FORBIDDEN", "Introspection is switched off.")
        context = self._make_context(request, caller)
        trace = trace_for(request.headers)
        try:
            result = await self._execute(request, operation, parameters.variables, context)
        finally:
            context.loads.end()
        if trace is not None:
            result.extensions = {"ftv1": trace.ended()}
        return self._rendered(request, result)

    async def _caller(self, authorization: str | None) -> Caller:
        try:
            return await self._authenticator.caller(authorization)
        except TokenNotJudged:
            return UNJUDGED

    async def _execute(
        self,
        request: Request,
        operation: PreparedOperation,
        variables: dict[str, Any] | None,
        context: RequestContext,
    ) -> ExecutionResult:
        """Run a query while somebody waits for it; a mutation that has begun runs to its end."""
        deadline = deadline_of(request.scope)
        settle_arrival(request.scope["state"])
        if not operation.is_mutation:
            work = self._in_slot(operation, variables, context, deadline)
            return await while_awaited(work, request.receive, deadline)
        if await request.is_disconnected():
            raise ClientGone
        if deadline is not None and asyncio.get_running_loop().time() >= deadline:
            raise DeadlinePassed
        return await self._subgraph.run(operation, variables, context, as_json=True)

    async def _in_slot(
        self,
        operation: PreparedOperation,
        variables: dict[str, Any] | None,
        context: RequestContext,
        deadline: float | None,
    ) -> ExecutionResult:
        async with self._admission.slot(deadline):
            turns = self._admission.turns
            return await self._subgraph.run(
                operation, variables, context, turns=turns, as_json=True
            )

    def _rendered(self, request: Request, result: ExecutionResult) -> Response:
        status = 200
        payload: dict[str, Any] = {}
        if result.errors:
            payload["errors"] = self._presenter.present(result.errors, request.state.request_id)
        media_type = GRAPHQL_JSON if GRAPHQL_JSON in request.headers.get("accept", "") else JSON
        if result.data is None and not _was_executed(result.errors):
            status = status_of_request_error(payload.get("errors", ()))
            status = 200 if media_type == JSON and status == 400 else status  # noqa: PLR2004
        else:
            payload["data"] = result.data
        if result.extensions:
            payload["extensions"] = result.extensions
        body = orjson.dumps(payload, option=orjson.OPT_UTC_Z)
        return Response(body, status, media_type=media_type)


def _was_executed(errors: list[Any] | None) -> bool:
    """Whether execution began: its errors have paths, errors of the request have none."""
    return not errors or any(error.path is not None for error in errors)


def _refusal(
    status: int,
    code: str,
    message: str,
    headers: dict[str, str] | None = None,
    extensions: Mapping[str, Any] | None = None,
) -> Response:
    error = {"message": message, "extensions": {"code": code, **(extensions or {})}}
    return Response(
        orjson.dumps({"errors": [error]}), status, headers=headers, media_type=GRAPHQL_JSON
    )


def door_of(admission: Admission, metrics: Metrics) -> Door:
    """What turns queries away as ``SubgraphView`` does, before it hears of them."""
    counted = metrics.requests.labels("/graphql", "POST", "503")
    return Door(admission, _overloaded(Overloaded()), counted.inc)


def _overloaded(error: Overloaded) -> Response:
    return _unavailable(error, {"Retry-After": str(RETRY_AFTER_SECONDS)})


def _unavailable(error: ClientError, headers: dict[str, str] | None = None) -> Response:
    return _refusal(503, error.code, str(error), headers, error.extensions())


def _unauthenticated(rejection: TokenRejected) -> Response:
    """RFC 6750 section 3: 401 with the error in WWW-Authenticate."""
    challenge = f'Bearer error="invalid_token", error_description="{rejection}"'
    return _refusal(
        401,
        "UNAUTHENTICATED",
        str(rejection),
        {"WWW-Authenticate": challenge},
        {"reason": rejection.reason},
    )
