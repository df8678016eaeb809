"""Subgraphs without a network: a double of the Subgraph protocol that keeps a log.

subgraphs = InMemorySubgraphs(auth=GraphQLSubgraph(SDL, {...}), catalog=answer_catalog)
...
assert subgraphs.requests("auth") == 1
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    GraphQLSchema,
    ObjectTypeExtensionNode,
    OperationType,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    build_ast_schema,
    graphql,
    parse,
    print_ast,
)
from graphql.language import (
    InterfaceTypeExtensionNode,
    ObjectTypeDefinitionNode,
)

from gateway.request.caller import ANONYMOUS
from gateway.request.context import RequestContext
from gateway.subgraphs.protocol import SubgraphReply, SubgraphRequest, SubgraphUnreachable

_IN_OPERATIONS = {"QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "INLINE_FRAGMENT"}
Body = dict[str, Any]
Answer = SubgraphReply | bytes | dict[str, Any]
Handler = Callable[[Body], Answer | Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as a subgraph got it."""

    subgraph: str
    query: str
    variables: dict[str, Any]
    headers: dict[str, str]
    is_query: bool
    body: bytes = field(repr=False, default=b"")

    @property
    def representations(self) -> list[Any]:
        """The representations of an entity fetch with one group."""
        found: list[Any] = self.variables.get("representations", [])
        return found


class InMemorySubgraphs:
    """Answers requests with handlers by subgraph name, and remembers them in ``log``.

    A handler takes the decoded body and gives a dict (a response), bytes or a whole reply; it may
    be a coroutine function, and may raise a SubgraphError.
    """

    def __init__(self, /, **handlers: Handler) -> None:
        self.handlers = handlers
        self.log: list[Sent] = []
        self.cancelled = 0

    async def send(self, request: SubgraphRequest) -> SubgraphReply:
        """Answer ``request`` as the Subgraph protocol says."""
        body = json.loads(request.body)
        own = {} if request.request_id is None else {"x-request-id": request.request_id}
        self.log.append(
            Sent(
                request.subgraph,
                body["query"],
                body.get("variables", {}),
                {**request.headers, **own},
                request.is_query,
                request.body,
            )
        )
        handler = self.handlers.get(request.subgraph)
        if handler is None:
            raise SubgraphUnreachable("nobody listens")
        try:
            answer = handler(body)
            if inspect.isawaitable(answer):
                answer = await answer
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if isinstance(answer, SubgraphReply):
            return answer
        text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return SubgraphReply(200, text, {"content-type": ("application/json",)})

    def requests(self, subgraph: str | None = None) -> int:
        """How many requests came, to one subgraph or in all."""
        return sum(1 for sent in self.log if subgraph in (None, sent.subgraph))

    def sent(self, subgraph: str) -> list[Sent]:
        """The requests to one subgraph, in order."""
        return [sent for sent in self.log if sent.subgraph == subgraph]


def make_context(
    *,
    seconds: float = 60.0,
    headers: Mapping[str, str] | None = None,
    labels: frozenset[str] = frozenset(),
    explain: bool = False,
) -> RequestContext:
    """A context for tests that need no HTTP; call it inside a running loop."""
    return RequestContext(
        caller=ANONYMOUS,
        forward=headers or {},
        deadline=asyncio.get_running_loop().time() + seconds,
        request_id="test-request",
        labels=labels,
        explain=explain,
    )


Resolver = Callable[..., Any]

_FEDERATION = """
scalar _Any
type _Service { sdl: String }
"""


class GraphQLSubgraph:
    """A Federation subgraph in plain graphql-core: SDL, resolvers and entity loaders.

    ``resolvers`` are ``"Type.field"`` → ``f(source, info, **arguments)``; other fields are read
    from dicts. ``entities`` are type name → ``f(representation)`` → dict (or None).
    """

    def __init__(
        self,
        sdl: str,
        resolvers: Mapping[str, Resolver] | None = None,
        entities: Mapping[str, Callable[[dict[str, Any]], Any]] | None = None,
    ) -> None:
        self.entities = dict(entities or {})
        self.schema = subgraph_schema(sdl, list(self.entities))
        for name, resolver in (resolvers or {}).items():
            self._field(name).resolve = resolver
        if self.entities:
            self._field("Query._entities").resolve = self._resolve_entities
        for type_ in self.schema.type_map.values():
            if hasattr(type_, "resolve_type"):
                type_.resolve_type = lambda value, *_: value["__typename"]

    async def __call__(self, body: Body) -> dict[str, Any]:
        """Execute one request."""
        result = await graphql(
            self.schema, body["query"], variable_values=body.get("variables") or {}
        )
        return dict(result.formatted)

    def _field(self, name: str) -> Any:
        type_name, field_name = name.split(".")
        return cast("Any", self.schema.type_map[type_name]).fields[field_name]

    def _resolve_entities(self, _source: Any, _info: Any, representations: list[Any]) -> list[Any]:
        return [self._resolve_entity(representation) for representation in representations]

    def _resolve_entity(self, representation: dict[str, Any]) -> Any:
        name = representation["__typename"]
        try:
            entity = self.entities[name](representation)
        except Exception as error:  # noqa: BLE001  an error of one entity is its own
            return error
        return entity if entity is None else {"__typename": name, **entity}


def subgraph_schema(sdl: str, entities: list[str]) -> GraphQLSchema:
    """Build a subgraph's schema from federated SDL: with ``_entities``, without the directives
    that only a schema has.
    """
    document = parse(sdl)
    kept = []
    for node in document.definitions:
        if isinstance(node, SchemaExtensionNode) or _is_of_schemas(node):
            continue
        if isinstance(node, ObjectTypeExtensionNode | InterfaceTypeExtensionNode):
            text = print_ast(node).removeprefix("extend ")
            kept.append(parse(text).definitions[0])
        else:
            kept.append(node)
    text = "\n".join(print_ast(node) for node in kept) + _FEDERATION
    query = _query_type(document)
    has_query = any(
        isinstance(node, ObjectTypeDefinitionNode) and node.name.value == query for node in kept
    )
    if not has_query:
        text += f"type {query} {{ _service: _Service }}\n"
        if any(isinstance(node, SchemaDefinitionNode) for node in kept):
            text += f"extend schema {{ query: {query} }}\n"  # it named its mutation root only
    if entities:
        text += f"union _Entity = {' | '.join(entities)}\n"
        text += f"extend type {query} {{ _entities(representations: [_Any!]!): [_Entity]! }}\n"
    return build_ast_schema(parse(text), assume_valid_sdl=True)


def _is_of_schemas(node: DefinitionNode) -> bool:
    """Whether it defines a directive that no operation can have."""
    return isinstance(node, DirectiveDefinitionNode) and _IN_OPERATIONS.isdisjoint(
        location.value for location in node.locations
    )


def _query_type(document: DocumentNode) -> str:
    """The name of the query root, which a ``schema`` definition may have given."""
    for node in document.definitions:
        if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            for operation in node.operation_types or ():
                if operation.operation is OperationType.QUERY:
                    return operation.type.name.value
    return "Query"
