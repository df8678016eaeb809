"""The supergraph as a Strawberry schema: what the ASGI view executes against."""

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
from gateway.request.context import Exchange
from gateway.request.graphql_request import GraphQLRequest
from gateway.runtime.runtime import World

__all__ = ["SupergraphSchema"]


class SupergraphSchema(BaseSchema):
    """Executes operations through the pipeline. ``context_value`` is the request's Exchange.

    ``schema_converter`` is there for the protocol's sake: no Strawberry types stand behind it.
    """

    def __init__(self, world: World) -> None:
        self.world = world
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
        """Answer one operation in Strawberry's terms (the view itself takes the answer's bytes)."""
        del root_value, allowed_operation_types
        variables, extensions = variable_values or {}, operation_extensions or {}
        request = GraphQLRequest(query, operation_name, variables, extensions)
        assert isinstance(context_value, Exchange)  # noqa: S101 - the view gives it
        response = orjson.loads((await answer(request, context_value)).to_json())
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
        runtime = self.world.current
        return "" if runtime is None else print_schema(runtime.supergraph.api_schema)
