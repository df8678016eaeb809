"""An adapter at the side: the supergraph where Strawberry wants a schema object.

Strawberry's view is made around a ``BaseSchema``, and ours is built with one; but its ``run`` goes
past the schema, straight to the pipeline. Only who executes by Strawberry's own interface (another
integration, a test) comes through here, and gets the pipeline's answer all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from graphql import GraphQLError, print_schema
from strawberry.schema import BaseSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from gateway.pipeline import answer
from gateway.request.context import RequestContext
from gateway.request.graphql_request import GraphQLRequest
from gateway.runtime.runtime import ActiveRuntime

__all__ = ["SupergraphSchema"]


class SupergraphSchema(BaseSchema):
    """Executes operations through the pipeline. ``context_value`` is a RequestContext.

    ``schema_converter`` is there for the protocol's sake: no Strawberry types stand behind it.
    """

    def __init__(self, active: ActiveRuntime) -> None:
        self.active = active
        self.config = StrawberryConfig()
        self.query = type("Query", (), {})
        self.mutation = None
        self.subscription = None
        self.schema_directives = []
        self.exception_handlers = ()
        self.schema_converter = GraphQLCoreConverter(self.config, {}, {}, lambda _type: [])

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,
        root_value: Any | None = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """Answer one operation in Strawberry's terms."""
        del root_value, allowed_operation_types
        variables, extensions = variable_values or {}, operation_extensions or {}
        request = GraphQLRequest(query, operation_name, variables, extensions)
        if self.active.current is None:
            return ExecutionResult(None, [_not_loaded()])
        if not isinstance(context_value, RequestContext):
            raise TypeError("context_value must be a RequestContext")
        answered = await answer(request, self.active.current, context_value)
        response = orjson.loads(answered.to_json())
        errors = [
            GraphQLError(item["message"], path=item.get("path"), extensions=item.get("extensions"))
            for item in response.get("errors", ())
        ]
        return ExecutionResult(response.get("data"), errors or None, response.get("extensions"))

    def execute_sync(self, *_args: Any, **_kwargs: Any) -> ExecutionResult:
        """Not there: every operation may need the network."""
        raise NotImplementedError

    async def subscribe(self, *_args: Any, **_kwargs: Any) -> Any:
        """Not there until subscriptions are built; the pipeline refuses them with their code."""
        raise NotImplementedError

    async def stream(self, *args: Any, **kwargs: Any) -> Any:
        """Answer once: without subscriptions nothing streams."""
        kwargs.pop("allowed_operation_types", None)
        yield await self.execute(*args, **kwargs)

    def get_type_by_name(self, name: str) -> None:
        """None: there are no Strawberry types behind a supergraph."""
        del name

    def get_directive_by_name(self, graphql_name: str) -> None:
        """None, for the same reason."""
        del graphql_name

    def as_str(self) -> str:
        """Print the API schema."""
        runtime = self.active.current
        return "" if runtime is None else print_schema(runtime.supergraph.api_schema)


def _not_loaded() -> GraphQLError:
    return GraphQLError("The supergraph is not loaded yet.", extensions={"code": "UNAVAILABLE"})
