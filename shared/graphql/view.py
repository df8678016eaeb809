"""The HTTP door of a subgraph: one operation per POST, every malformed body answered properly.

Its caller is a gateway (the key is checked before, see ``shared.gateway_key``), so there are no
batches, no GET, no uploads, no streams and no IDE here. Statuses follow GraphQL over HTTP.
"""

from collections.abc import Callable
from typing import Any

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response
from strawberry.asgi import GraphQL
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from shared.graphql.context import RequestContext
from shared.graphql.errors import (
    INTERNAL,
    INTERNAL_MESSAGE,
    ErrorPresenter,
    status_of_request_error,
)
from shared.graphql.request import BadRequest, GraphQLParameters, read_parameters
from shared.graphql.schema import SubgraphSchema
from shared.tokens import UNJUDGED, BearerAuthenticator, Caller, TokenNotJudged, TokenRejected

log = structlog.get_logger(__name__)

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"

MakeContext = Callable[[Request, Caller], RequestContext]


class SubgraphView(GraphQL[RequestContext, None]):
    """Serves a ``SubgraphSchema``.

    ``make_context(request, caller)`` builds the context of each request; ``client_ip(request)`` and
    ``request_id(request)`` (``shared.gateway_key``, ``shared.request_id``) tell its parts.
    """

    def __init__(
        self,
        schema: SubgraphSchema,
        authenticator: BearerAuthenticator,
        make_context: MakeContext,
        presenter: ErrorPresenter,
        *,
        max_body_bytes: int = 4_000_000,
    ) -> None:
        super().__init__(
            schema, graphql_ide=None, allow_queries_via_get=False, subscription_protocols=()
        )
        self._authenticator = authenticator
        self._make_context = make_context
        self._presenter = presenter
        self._max_body_bytes = max_body_bytes

    async def run(self, request: Any, context: Any = None, root_value: Any = None) -> Any:  # noqa: ARG002
        """Answer one request; Strawberry's own path serves much that is not served here."""
        try:
            return await self._run(request)
        except Exception:
            log.exception("request failed")
            identifier = getattr(request.state, "request_id", None)
            return _refusal(500, INTERNAL, INTERNAL_MESSAGE, None, {"requestId": identifier})

    async def _run(self, request: Request) -> Response:
        try:
            parameters = await read_parameters(request, self._max_body_bytes)
            caller = await self._caller(request.headers.get("authorization"))
        except BadRequest as refusal:
            return _refusal(refusal.status, refusal.code, str(refusal), refusal.headers)
        except TokenRejected as rejection:
            return _unauthenticated(rejection)
        return await self._answer(request, parameters, self._make_context(request, caller))

    async def _caller(self, authorization: str | None) -> Caller:
        try:
            return await self._authenticator.caller(authorization)
        except TokenNotJudged:
            return UNJUDGED

    async def _answer(
        self, request: Request, parameters: GraphQLParameters, context: RequestContext
    ) -> Response:
        try:
            result = await self.schema.execute(
                parameters.query,
                variable_values=parameters.variables,
                context_value=context,
                operation_name=parameters.operation_name,
            )
        except MissingQueryError:
            return _refusal(400, "BAD_USER_INPUT", "The request has no query.")
        except CannotGetOperationTypeError:
            message = "Name one of the document's operations in operationName."
            return _refusal(400, "GRAPHQL_VALIDATION_FAILED", message)
        except InvalidOperationTypeError:
            return _refusal(400, "SUBSCRIPTIONS_UNSUPPORTED", "Subscriptions are not served.")
        status = 200
        payload: dict[str, Any] = {}
        if result.errors:
            payload["errors"] = self._presenter.present(result.errors, context.request_id)
        media_type = GRAPHQL_JSON if GRAPHQL_JSON in request.headers.get("accept", "") else JSON
        if result.data is None and not _was_executed(result.errors):
            status = status_of_request_error(payload.get("errors", ()))
            status = 200 if media_type == JSON and status == 400 else status  # noqa: PLR2004
        else:
            payload["data"] = result.data
        return Response(orjson.dumps(payload), status, media_type=media_type)


def _was_executed(errors: list[Any] | None) -> bool:
    """Whether execution began: its errors have paths, errors of the request have none."""
    return not errors or any(error.path is not None for error in errors)


def _refusal(
    status: int,
    code: str,
    message: str,
    headers: dict[str, str] | None = None,
    extensions: dict[str, Any] | None = None,
) -> Response:
    error = {"message": message, "extensions": {"code": code, **(extensions or {})}}
    return Response(
        orjson.dumps({"errors": [error]}), status, headers=headers, media_type=GRAPHQL_JSON
    )


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
