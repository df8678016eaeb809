"""A gateway over subgraphs that answer from a world, its answers held against the monolith's."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.composition import SubgraphSource, compose
from gateway.config.settings import Explorer
from gateway.execution import ErrorPolicy
from gateway.introspection.access import ExplorerAccess
from gateway.operation.limits import Limits
from gateway.pipeline import answer
from gateway.request.graphql_request import GraphQLRequest
from gateway.runtime.policy import RuntimePolicy
from gateway.runtime.runtime import SupergraphRuntime
from gateway.supergraph import load_supergraph
from tests.testkit.federated_sdl import SubgraphSdl
from tests.testkit.generator import Generated
from tests.testkit.monolith import WorldSubgraph, answer_as_monolith
from tests.testkit.shrinking import shrink
from tests.testkit.subgraphs import InMemorySubgraphs, make_context
from tests.testkit.world import INJECTED, World

_UNHURRIED = 300.0
"""Seconds for one operation: a slow machine must not look like a timeout."""

_LIMITS = Limits(
    tokens=100_000,
    depth=100,
    aliases=10_000,
    root_fields=1_000,
    fields=100_000,
    cost=10**12,
    list_size=10,
    slice=1_000_000,
    slicing_arguments=frozenset(),
)
POLICY = RuntimePolicy(
    limits=_LIMITS,
    explorer=ExplorerAccess(Explorer.PUBLIC, "roles", frozenset()),
    errors=ErrorPolicy(codes=frozenset({INJECTED, "UNAVAILABLE"})),
)


@dataclass(frozen=True, slots=True)
class Response:
    """``data`` as JSON text keeps the order of keys; ``errors`` are (path, code)."""

    data: str
    errors: tuple[tuple[tuple[Any, ...], str], ...]

    @property
    def tree(self) -> Any:
        """The data, decoded."""
        return json.loads(self.data)


def supergraph_of(sdls: Mapping[str, str]) -> str:
    """Compose subgraphs by name."""
    sources = [SubgraphSource(n, f"http://{n}.test", sdl) for n, sdl in sdls.items()]
    return compose(sources).supergraph_sdl


class FederatedWorld:
    """A composed supergraph, its runtime, its subgraphs and their world.

    ``labels`` are the active labels of progressive overrides.
    """

    labels: frozenset[str] = frozenset()

    def __init__(self, sdls: Mapping[str, str], seed: int = 0) -> None:
        self.supergraph = load_supergraph(supergraph_of(sdls))
        self.sdls = {name: SubgraphSdl(name, sdl) for name, sdl in sdls.items()}
        self.world = World(self.supergraph.api_schema, self.sdls, seed)
        self.handlers = {n: WorldSubgraph(sdl, self.world) for n, sdl in self.sdls.items()}
        self.subgraphs = InMemorySubgraphs(**self.handlers)
        self.runtime = SupergraphRuntime(self.supergraph, self.subgraphs, POLICY)

    @property
    def faults(self) -> list[str]:
        """What the subgraphs were asked that no gateway may ask."""
        return [fault for handler in self.handlers.values() for fault in handler.faults]

    def forget(self) -> None:
        """Empty the log and the faults."""
        self.subgraphs.log.clear()
        for handler in self.handlers.values():
            handler.faults.clear()

    async def ask(self, generated: Generated) -> Response:
        """Answer through the gateway."""
        request = GraphQLRequest(generated.text, None, generated.variables)
        context = make_context(seconds=_UNHURRIED, labels=self.labels)
        found = await answer(request, self.runtime, context)
        body = json.loads(found.to_json())
        if "data" not in body:
            raise AssertionError(f"the gateway refused: {body}")
        return _response(body["data"], body.get("errors", []))

    async def check(self, generated: Generated) -> str | None:
        """Ask gateway and monolith the same; what differs, or what no gateway may ask."""
        self.forget()
        expected, got = self.expect(generated), await self.ask(generated)
        wrong = difference(got, expected)
        return f"fault: {self.faults[0]}\n{wrong}" if self.faults else wrong

    def expect(self, generated: Generated) -> Response:
        """Answer as the monolith."""
        result = answer_as_monolith(self.world, generated.document, generated.variables)
        formatted = result.formatted
        return _response(formatted["data"], list(formatted.get("errors", [])))


def _response(data: Any, errors: list[Any]) -> Response:
    found = {
        (tuple(error.get("path") or ()), (error.get("extensions") or {}).get("code", "INTERNAL"))
        for error in errors
    }
    return Response(json.dumps(data), tuple(sorted(found, key=repr)))


def difference(got: Response, expected: Response) -> str | None:
    """What is wrong with ``got``, None if nothing is.

    Data must be equal, to the position of the last key. Errors are compared by what
    they explain: every null that the oracle explains must be explained, by an error of the same
    code at or below it, and no error may stand where the oracle has none. (Where a null
    propagated, which of several errors below it are reported is open: specification, 6.4.4.)
    """
    if got.data != expected.data:
        return f"data differs:\n got      {got.data}\n expected {expected.data}"
    tree = expected.tree
    ours = {(_null_above(tree, path), code) for path, code in got.errors}
    theirs = {(_null_above(tree, path), code) for path, code in expected.errors}
    places = {place for place, _ in theirs}
    if {place for place, _ in ours} != places:
        return f"errors differ:\n got      {got.errors}\n expected {expected.errors}"
    wrong = {place for place in places if not _codes(ours, place) & _codes(theirs, place)}
    return f"codes differ at {wrong}: {got.errors} {expected.errors}" if wrong else None


def shortfall(got: Response, whole: Response) -> str | None:
    """What is wrong with an answer to which something is missing, None if nothing is.

    Whatever is there must be what the oracle has; every null that the oracle does not have must
    lie at, above or below the index-free part of an error's path.
    """
    keys = [tuple(s for s in path if isinstance(s, str)) for path, _ in got.errors]
    for path in _missing(got.tree, whole.tree, ()):
        if path is None:
            return f"data contradicts:\n got      {got.data}\n oracle   {whole.data}"
        place = tuple(step for step in path if isinstance(step, str))
        if not any(_comparable(place, key) for key in keys):
            return f"null without an error at {path}: {got.errors}\n got {got.data}"
    return None


def _comparable(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def _missing(got: Any, whole: Any, at: tuple[Any, ...]) -> Iterator[tuple[Any, ...] | None]:
    """The paths where ``got`` is null and ``whole`` is not; None where they contradict."""
    if got is None:
        if whole is not None:
            yield at
    elif isinstance(got, dict) and isinstance(whole, dict) and got.keys() == whole.keys():
        for key in got:
            yield from _missing(got[key], whole[key], (*at, key))
    elif isinstance(got, list) and isinstance(whole, list) and len(got) == len(whole):
        for index, pair in enumerate(zip(got, whole, strict=True)):
            yield from _missing(*pair, (*at, index))
    elif got != whole:
        yield None


def _codes(errors: set[tuple[tuple[Any, ...], str]], place: tuple[Any, ...]) -> set[str]:
    return {code for at, code in errors if at == place}


def _null_above(tree: Any, path: tuple[Any, ...]) -> tuple[Any, ...]:
    """The null at or above ``path``, or the path itself where there is none."""
    for length, step in enumerate(path):
        if tree is None:
            return path[:length]
        if isinstance(tree, dict):
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return path
    return path


Check = Callable[[Generated], Awaitable[str | None]]


async def report(
    federated: FederatedWorld, generated: Generated, check: Check, about: str, wrong: str
) -> str:
    """A failure for a person: where it comes from, the operation made small, what is wrong."""
    kind = wrong.partition(":")[0]

    async def fails(candidate: Generated) -> bool:
        return str(await check(candidate)).partition(":")[0] == kind

    if not await fails(generated):
        return f"{about}, once only\n{generated.text}\n{generated.variables}\n{wrong}"
    small = await shrink(generated, federated.supergraph.api_schema, fails)
    return f"{about}\n{small.text}\n{small.variables}\n{await check(small)}"


__all__ = [
    "POLICY",
    "FederatedWorld",
    "Response",
    "difference",
    "report",
    "shortfall",
    "supergraph_of",
]
