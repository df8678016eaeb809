"""A federation schema whose documents are prepared once and whose plain fields cost little.

::

    schema = SubgraphSchema(query=Query, mutation=Mutation, types=[...])
    schema.as_str()        # the SDL for composition; needs no database
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, TypeGuard, cast

import strawberry
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
)
from graphql import ExecutionResult as CoreResult
from graphql import execute as execute_document
from strawberry.exceptions import MissingQueryError
from strawberry.execution import optimized_is_awaitable
from strawberry.federation.schema import FederationAny
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult, Info
from strawberry.types.graphql import OperationType as StrawberryOperationType

from shared.errors import ClientError, OperationTooComplex
from shared.graphql.cost import CostOf
from shared.graphql.documents import DocumentCache, DocumentLimits, PreparedDocument
from shared.graphql.entities import resolve_entities, serve_from_sources
from shared.graphql.errors import mark_variables
from shared.graphql.executor import PlainFieldExecutor
from shared.graphql.plain import attach_plain_fields
from shared.graphql.scalars import SCALARS
from shared.graphql.selections import Memory
from shared.graphql.unread_inputs import Rules, broken_beside
from shared.graphql.variables import check_variables
from shared.loop.turns import Turns

is_awaitable = cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable)

FederationVersion = Literal["2.0", "2.3", "2.5", "2.7", "2.8", "2.9"]
FEDERATION_VERSION: Final = "2.9"  # composition tools refuse newer ones


class OperationRefused(Exception):
    """An operation that is not run. ``errors``: why."""

    def __init__(self, errors: Iterable[GraphQLError]) -> None:
        super().__init__()
        self.errors = list(errors)


@dataclass(frozen=True, slots=True)
class PreparedOperation:
    """An operation that may run."""

    document: DocumentNode
    node: OperationDefinitionNode
    name: str | None
    memory: Memory | None
    introspects: bool

    @property
    def kind(self) -> StrawberryOperationType:
        """Query or mutation."""
        return StrawberryOperationType(self.node.operation.value)

    @property
    def is_mutation(self) -> bool:
        """Whether it changes something."""
        return self.node.operation is OperationType.MUTATION


class SubgraphSchema(strawberry.federation.Schema):
    """Strawberry's federation schema with our scalars, document cache, executor and entities.

    Errors in results are as raised; the view presents them (``shared.graphql.errors``). ``rules``:
    by input, what is asked beside values that cannot be read (``shared.graphql.unread_inputs``).
    """

    def __init__(
        self,
        *,
        query: type,
        mutation: type | None = None,
        types: Iterable[type] = (),
        limits: DocumentLimits | None = None,
        suggest: bool = False,
        rules: Rules | None = None,
        federation_version: FederationVersion = FEDERATION_VERSION,
    ) -> None:
        super().__init__(
            query=query,
            mutation=mutation,
            types=types,
            federation_version=federation_version,
            execution_context_class=PlainFieldExecutor,
            config=StrawberryConfig(scalar_map=SCALARS),
        )
        self._serve_printed()
        attach_plain_fields(self._schema)
        serve_from_sources(self._schema)
        self._rules = rules or {}
        self._limits = limits or DocumentLimits()
        self._documents = DocumentCache(self._schema, self._limits, suggest=suggest)

    def _serve_printed(self) -> None:
        """Answer ``_service { sdl }`` from what was printed once: that takes 30 ms of the loop."""
        service = self._schema.type_map.get("_Service")
        if isinstance(service, GraphQLObjectType):
            service.fields["sdl"].resolve = lambda *_: self.printed

    @cached_property
    def printed(self) -> str:
        """The SDL."""
        return self.as_str()

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,
        root_value: Any | None = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[StrawberryOperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """Run one operation. The Strawberry extension chain is not used and not paid for."""
        try:
            operation = await self.prepare(query, operation_name, variable_values)
        except OperationRefused as refusal:
            return ExecutionResult(data=None, errors=refusal.errors)
        if allowed_operation_types is not None and operation.kind not in allowed_operation_types:
            raise InvalidOperationTypeError(operation.kind)
        return await self.run(
            operation, variable_values, context_value, root_value, operation_extensions
        )

    async def prepare(
        self, query: str | None, name: str | None, variables: Mapping[str, Any] | None
    ) -> PreparedOperation:
        """The operation ``name`` of ``query``, ready to run with these variables.

        Raises ``OperationRefused`` with what is wrong in the document, or past the limits, and
        Strawberry's errors for a query or an operation that is not there.
        """
        if not query:
            raise MissingQueryError
        prepared = await self._documents.prepare(query)
        if prepared.document is None:
            raise OperationRefused(prepared.errors)
        operation = get_operation_ast(prepared.document, name)
        if operation is None:
            raise CannotGetOperationTypeError(name)
        if operation.operation is OperationType.SUBSCRIPTION:
            raise InvalidOperationTypeError(StrawberryOperationType.SUBSCRIPTION)
        try:
            self._check_limits(prepared, operation, variables or {})
        except ClientError as error:
            raise OperationRefused([GraphQLError(str(error), original_error=error)]) from None
        return PreparedOperation(
            prepared.document,
            operation,
            name,
            prepared.memory_of(operation),
            prepared.introspects,
        )

    def _check_limits(
        self,
        prepared: PreparedDocument,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> None:
        limits = self._limits
        if variables:
            check_variables(variables, limits)
        name = None if operation.name is None else operation.name.value
        cost_of = prepared.costs.get(name)
        if cost_of is None:
            cost_of = CostOf(self._schema, cast("DocumentNode", prepared.document), operation)
            prepared.costs[name] = cost_of
        if cost_of(variables) > limits.cost:
            raise OperationTooComplex("The operation asks for too much at once.")

    async def run(
        self,
        operation: PreparedOperation,
        variables: Mapping[str, Any] | None = None,
        context: Any | None = None,
        root_value: Any | None = None,
        extensions: dict[str, Any] | None = None,
        *,
        turns: Turns | None = None,
        as_json: bool = False,
    ) -> ExecutionResult:
        """Run a prepared operation.

        ``turns``: of the loop it shares with others. ``as_json``: orjson will write the data, with
        OPT_UTC_Z.
        """
        outcome = execute_document(
            self._schema,
            operation.document,
            root_value=root_value,
            context_value=context,
            variable_values=cast("dict[str, Any] | None", variables),
            operation_name=operation.name,
            is_awaitable=is_awaitable,
            executor_class=PlainFieldExecutor,
            hide_suggestions=True,
            operation_extensions=extensions,
            memory=operation.memory if as_json else None,
            turns=turns,
            as_json=as_json,
        )
        result = outcome if isinstance(outcome, CoreResult) else await outcome
        if result.errors and result.data is None:
            mark_variables(operation.document, result.errors)
            more = broken_beside(self, self._rules, operation.node, variables or {}, result.errors)
            return ExecutionResult(data=None, errors=[*result.errors, *more])
        return ExecutionResult(data=result.data, errors=result.errors)

    async def entities_resolver(  # type: ignore[override]  # awaited like any resolver
        self, info: Info, representations: list[FederationAny]
    ) -> list[FederationAny]:
        """Entities by representation, in place of Strawberry's.

        Its resolver takes ``__typename`` out of the caller's variables and gives up on the whole
        list at an unknown type.
        """
        return await resolve_entities(self.schema_converter, info, representations)
