"""A federation schema whose documents are prepared once and whose plain fields cost little.

::

    schema = SubgraphSchema(query=Query, mutation=Mutation, types=[...])
    schema.as_str()        # the SDL for composition; needs no database
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final, TypeGuard, cast

import strawberry
from graphql import DocumentNode, GraphQLError, OperationType, get_operation_ast
from graphql import ExecutionResult as CoreResult
from graphql import execute as execute_document
from strawberry.exceptions import MissingQueryError
from strawberry.execution import optimized_is_awaitable
from strawberry.federation.schema import FederationAny
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult, Info
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.graphql import OperationType as StrawberryOperationType
from strawberry.utils.inspect import get_func_args

from shared.errors import BadUserInput, Violation
from shared.graphql.documents import DocumentCache, DocumentLimits
from shared.graphql.errors import mark_variables
from shared.graphql.executor import PlainLeafExecutor, attach_plain_leaves
from shared.graphql.scalars import SCALARS

is_awaitable = cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable)

FEDERATION_VERSION: Final = "2.9"  # composition tools refuse newer ones


class SubgraphSchema(strawberry.federation.Schema):
    """Strawberry's federation schema with our scalars, document cache, executor and entities.

    Errors in results are as raised; the view presents them (``shared.graphql.errors``).
    """

    def __init__(
        self,
        *,
        query: type,
        mutation: type | None = None,
        types: Iterable[type] = (),
        limits: DocumentLimits | None = None,
        suggest: bool = False,
    ) -> None:
        super().__init__(
            query=query,
            mutation=mutation,
            types=types,
            federation_version=FEDERATION_VERSION,
            execution_context_class=PlainLeafExecutor,
            config=StrawberryConfig(scalar_map=SCALARS),
        )
        attach_plain_leaves(self._schema)
        self._documents = DocumentCache(self._schema, limits or DocumentLimits(), suggest=suggest)

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
        if not query:
            raise MissingQueryError
        prepared = self._documents.prepare(query)
        if prepared.document is None:
            return ExecutionResult(data=None, errors=list(prepared.errors))
        _check_operation(prepared.document, operation_name, allowed_operation_types)
        outcome = execute_document(
            self._schema,
            prepared.document,
            root_value=root_value,
            context_value=context_value,
            variable_values=variable_values,
            operation_name=operation_name,
            is_awaitable=is_awaitable,
            executor_class=PlainLeafExecutor,
            hide_suggestions=True,
            operation_extensions=operation_extensions,
        )
        result = outcome if isinstance(outcome, CoreResult) else await outcome
        if result.errors and result.data is None:
            mark_variables(prepared.document, result.errors)
        return ExecutionResult(data=result.data, errors=result.errors)

    def entities_resolver(
        self, info: Info, representations: list[FederationAny]
    ) -> list[FederationAny]:
        """Entities by representation; one that cannot be resolved is null with its own error.

        Strawberry's resolver takes ``__typename`` out of the caller's variables and gives up on the
        whole list at an unknown type.
        """
        return [
            cast("FederationAny", self._entity(info, representation, index))
            for index, representation in enumerate(representations)
        ]

    def _entity(self, info: Info, representation: object, index: int) -> object:
        fields = dict(representation) if isinstance(representation, Mapping) else {}
        type_ = self.schema_converter.type_map.get(str(fields.pop("__typename", "")))
        definition = getattr(type_, "definition", None)
        if not isinstance(definition, StrawberryObjectDefinition):
            return _bad_representation(index, "UNKNOWN_TYPE", "No entity of this type here.")
        resolve = getattr(definition.origin, "resolve_reference", None)
        if resolve is None:
            return _bad_representation(index, "UNKNOWN_TYPE", "This type is not an entity here.")
        wanted = set(get_func_args(resolve))
        arguments = {name: value for name, value in fields.items() if name in wanted}
        if "info" in wanted:
            arguments["info"] = info
        try:
            return resolve(**arguments)  # a coroutine is awaited with its siblings
        except TypeError:
            return _bad_representation(index, "MISSING_KEY", "The representation lacks its key.")
        except Exception as error:  # noqa: BLE001  an error of this item alone
            return error


def _bad_representation(index: int, code: str, message: str) -> BadUserInput:
    return BadUserInput([Violation(("representations", index), code, message)])


def _check_operation(
    document: DocumentNode,
    operation_name: str | None,
    allowed: Iterable[StrawberryOperationType] | None,
) -> None:
    operation = get_operation_ast(document, operation_name)
    if operation is None:
        raise CannotGetOperationTypeError(operation_name)
    kind = StrawberryOperationType(operation.operation.value)
    if operation.operation is OperationType.SUBSCRIPTION:
        raise InvalidOperationTypeError(kind)
    if allowed is not None and kind not in allowed:
        raise InvalidOperationTypeError(kind)


def parse_key(parse: Any, value: object, name: str = "id") -> Any:
    """A raw key of a representation through a scalar's parser; faults are the caller's input."""
    try:
        return parse(value)
    except GraphQLError as error:
        raise BadUserInput.single(name, "INVALID_VALUE", error.message) from None
