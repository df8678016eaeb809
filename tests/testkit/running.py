"""Plans run and projected without HTTP and planner: for tests of execution and projection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import build_schema, parse

from gateway.execution import ClientDocument, ErrorPolicy, RequestLoaders, compile_plan, execute
from gateway.operation.model import Operation, OperationKind
from gateway.operation.normalise import normalise
from gateway.planning.plan import (
    Each,
    EntityFetch,
    EntityGroup,
    Fetch,
    Key,
    Leaf,
    OnTypes,
    Path,
    Plan,
    Representation,
    RootFetch,
)
from gateway.projection import Denial, compile_projection
from gateway.request.context import RequestContext
from gateway.request.gathered import Gathered
from gateway.subgraphs.protocol import Subgraph
from tests.testkit.subgraphs import make_context


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer as a client sees it, and what it was made of."""

    data: dict[str, Any] | None
    errors: list[dict[str, Any]]
    gathered: Gathered

    @property
    def places(self) -> list[tuple[str, str]]:
        """(path joined by dots, code) of each error, sorted."""
        return sorted(
            (
                ".".join(str(step) for step in error.get("path", [])),
                error.get("extensions", {}).get("code", ""),
            )
            for error in self.errors
        )


def operation(sdl: str, query: str, name: str | None = None) -> Operation:
    """Normalise ``query`` against the API schema ``sdl``."""
    return normalise(parse(query), name, build_schema(sdl))


async def run(
    plan: Plan,
    subgraphs: Subgraph,
    *,
    sdl: str,
    query: str,
    variables: Mapping[str, Any] | None = None,
    context: RequestContext | None = None,
    policy: ErrorPolicy | None = None,
    denials: tuple[Denial, ...] = (),
    operation_name: str | None = None,
    loaders: RequestLoaders | None = None,
) -> Outcome:
    """Execute a hand-written ``plan`` and project its data for ``query``."""
    values = dict(variables or {})
    gathered = await execute(
        compile_plan(plan),
        values,
        context or make_context(),
        subgraphs,
        policy=policy or ErrorPolicy(),
        client=ClientDocument(name=operation_name),
        loaders=loaders,
    )
    project = compile_projection(
        operation(sdl, query), build_schema(sdl), plan.typename_key, denials
    )
    data, errors = project(gathered, values)
    return Outcome(data, [error.formatted() for error in errors], gathered)


def path(text: str) -> Path:
    """``"users.@.author[User|Admin]"`` → a plan's path."""
    steps: list[Key | Each | OnTypes] = []
    for part in text.split(".") if text else []:
        name, _, types = part.partition("[")
        steps.append(Each() if name == "@" else Key(name))
        if types:
            steps.append(OnTypes(frozenset(types.rstrip("]").split("|"))))
    return tuple(steps)


def root(
    id_: int, subgraph: str, document: str, *keys: str, kind: str = "query", **more: Any
) -> RootFetch:
    """A root fetch that answers the response keys ``keys``."""
    return RootFetch(id_, subgraph, OperationKind(kind), document, root_keys=keys, **more)


def entities(
    id_: int,
    subgraph: str,
    selection: str,
    *targets: str,
    typename: str | None = None,
    default: str | None = None,
    keys: tuple[str, ...] = ("id",),
    after: tuple[int, ...] = (0,),
    **more: Any,
) -> EntityFetch:
    """An entity fetch with one group, ``selection`` on the type in question."""
    on = typename or default
    body = f"...on {on}{{{selection}}}" if on else selection
    group = EntityGroup(
        alias="_entities",
        variable="representations",
        targets=tuple(path(target) for target in targets),
        representation=Representation(
            keys=tuple(Leaf(key, key) for key in keys),
            typename=typename,
            default_typename=default,
        ),
        **more,
    )
    document = (
        f"query($representations:[_Any!]!){{_entities(representations:$representations){{{body}}}}}"
    )
    return EntityFetch(id_, subgraph, document, (group,), after=after)


def query_plan(*fetches: Fetch, **more: Any) -> Plan:
    """A plan of a query."""
    return Plan(OperationKind.QUERY, fetches, **more)
