"""The oracle: the same data in one plain graphql-core schema, and in federated subgraphs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    execute_sync,
    parse,
    validate,
)

from tests.testkit.federated_sdl import SubgraphSdl
from tests.testkit.world import Ref, World

Answer = dict[str, Any]


def answer_as_monolith(
    world: World, document: DocumentNode, variables: Mapping[str, Any]
) -> ExecutionResult:
    """Execute ``document`` against the API schema in one piece."""
    operation: Any = next(d for d in document.definitions if d.kind == "operation_definition")
    root = world.api.get_root_type(operation.operation)
    if root is None:
        raise LookupError("no such root type")

    def resolve(source: Ref, info: Any, **arguments: Any) -> Any:
        given = arguments | world.from_contexts(source, info.field_name)
        return _below(source, world.value(source, info.field_name, given))

    result = execute_sync(
        world.api,
        document,
        Ref(root.name, 0),
        variable_values=dict(variables),
        field_resolver=resolve,
        type_resolver=lambda value, *_: value.type,
    )
    if not isinstance(result, ExecutionResult):
        raise TypeError("the monolith must answer in one piece")
    return result


@dataclass(frozen=True, slots=True)
class Located:
    """An object in a subgraph; ``given`` is the representation it was reached by."""

    ref: Ref
    given: Mapping[str, Any] | None = None


class WorldSubgraph:
    """A subgraph that answers from the world, and notes in ``faults`` what a gateway did wrong.

    Wrong is: an invalid document, a key that no object has, an external field, a field whose
    requirements did not come with the representation or are not true.
    """

    def __init__(self, sdl: SubgraphSdl, world: World, *, strict: bool = True) -> None:
        self.sdl = sdl
        self.world = world
        self.strict = strict
        self.faults: list[str] = []
        self._valid: dict[str, DocumentNode] = {}

    def __call__(self, body: dict[str, Any]) -> Answer:
        """Answer one request."""
        document = self._document(body["query"])
        operation: Any = document.definitions[0]
        root = self.world.api.get_root_type(operation.operation)
        name = root.name if root is not None else "Query"
        result = execute_sync(
            self.sdl.schema,
            document,
            Located(Ref(name, 0)),
            variable_values=body.get("variables") or {},
            field_resolver=self._resolve,
            type_resolver=self._resolve_type,
        )
        if not isinstance(result, ExecutionResult):
            raise TypeError("a subgraph must answer in one piece")
        return dict(result.formatted)

    def _document(self, text: str) -> DocumentNode:
        document = self._valid.get(text)
        if document is None:
            document = self._valid[text] = parse(text)
            for error in validate(self.sdl.schema, document):
                self._fault(f"invalid document: {error.message}\n{text}")
        return document

    def _fault(self, text: str) -> GraphQLError:
        self.faults.append(f"{self.sdl.name}: {text}")
        return GraphQLError(text)

    def _resolve(self, source: Located, info: Any, **arguments: Any) -> Any:
        if info.field_name == "_entities":
            return [self._entity(given) for given in arguments["representations"]]
        known = info.parent_type.name
        self._check(source, known, info.field_name)
        value = self.world.value(source.ref, info.field_name, arguments)
        return _located(value)

    def _resolve_type(self, value: Located, _info: Any, abstract: Any) -> str:
        """The type's name in this subgraph: its own, or that of an @interfaceObject."""
        names = {t.name for t in self.sdl.schema.get_possible_types(abstract)}
        if value.ref.type in names:
            return value.ref.type
        interfaces = self.world.interfaces(value.ref.type)
        return next((n for n in self.sdl.interface_objects(names & interfaces)), value.ref.type)

    def _check(self, source: Located, known: str, name: str) -> None:
        where = f"{known}.{name} of {source.ref}"
        requires = self.sdl.requires(known, name)
        if requires is not None and self.strict:
            if source.given is None:
                raise self._fault(f"{where}: reached without its requirements")
            if not self.world.matches(source.ref, requires, source.given):
                raise self._fault(f"{where}: wrong requirements in {source.given}")
        if self.sdl.is_external(known, name):
            raise self._fault(f"{where}: is external here")

    def _entity(self, given: Mapping[str, Any]) -> Located | GraphQLError | None:
        type_name = given["__typename"]
        keys = self.sdl.keys(type_name)
        for ref in self.world.refs(type_name):
            if any(self.world.matches(ref, key, given) for key in keys):
                return Located(ref, given)
        return self._fault(f"no entity for {given}")


def _below(above: Ref, value: Any) -> Any:
    if isinstance(value, list):
        return [_below(above, item) for item in value]
    return replace(value, above=above) if isinstance(value, Ref) else value


def _located(value: Any) -> Any:
    if isinstance(value, list):
        return [_located(item) for item in value]
    return Located(value) if isinstance(value, Ref) else value
