"""Random supergraphs behind our gateway and behind the peer, with a monolith that knows the answer.

Ours runs in process, the peer as it is; both ask subgraphs of the same world. Those of the peer do
not insist on representations with all that a field requires: it leaves out what is null.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import httpx2

from gateway.composition import CompositionFailed
from tests.conformance.peers.comparing import Reply, Side
from tests.conformance.peers.hive import Peer, PeerFailed
from tests.conformance.peers.tally import write
from tests.testkit.differential import FederatedWorld, Response, difference, supergraph_of
from tests.testkit.generator import Generated, OperationGenerator
from tests.testkit.monolith import WorldSubgraph
from tests.testkit.plain_form import plain_form
from tests.testkit.random_supergraph import random_supergraph
from tests.testkit.shrinking import shrink
from tests.testkit.shrinking_sdl import Sdls
from tests.testkit.world_server import serving_world


class Outcome(StrEnum):
    """Who answered one operation as the monolith."""

    BOTH = "both as the monolith"
    PLAIN = "ours as the monolith, the peer only the plain form"
    OURS = "ours as the monolith, the peer not even the plain form"
    THEIRS = "the peer as the monolith, ours not"
    NEITHER = "neither as the monolith"

    @property
    def is_wrong(self) -> bool:
        """Whether our answer is wrong."""
        return self in (Outcome.THEIRS, Outcome.NEITHER)


@dataclass
class Counts:
    """What a run compared."""

    supergraphs: int = 0
    not_composed: int = 0
    peer_refused: int = 0
    peer_died: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    @property
    def failed(self) -> bool:
        """Whether an answer of ours was wrong."""
        return any(outcome.is_wrong for outcome in self.outcomes)

    def tell(self) -> None:
        """Write the counts."""
        write(
            f"{self.supergraphs} supergraphs ({self.not_composed} drawn sets did not compose, "
            f"{self.peer_refused} the peer did not load, {self.peer_died} it died of), "
            f"{self.outcomes.total()} operations"
        )
        for outcome in Outcome:
            if self.outcomes[outcome]:
                write(f"  {self.outcomes[outcome]:5} {outcome}")


async def compare_random(
    peer: Peer, supergraphs: int, operations: int, seed: int, *, every: bool
) -> Counts:
    """Compare ``operations`` on each of ``supergraphs``; tell where ours is wrong, or ``every``."""
    counts = Counts()
    while counts.supergraphs + counts.peer_refused < supergraphs:
        sdls = random_supergraph(seed, with_contexts=False)
        try:
            federated = FederatedWorld(sdls, seed)
        except CompositionFailed:
            counts.not_composed += 1
        else:
            await _compare(peer, federated, sdls, operations, seed, counts, every=every)
        seed += 1
    return counts


async def _compare(
    peer: Peer,
    federated: FederatedWorld,
    sdls: Sdls,
    operations: int,
    seed: int,
    counts: Counts,
    *,
    every: bool,
) -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="est-peers-")))
        handlers = {
            name: WorldSubgraph(sdl, federated.world, strict=False)
            for name, sdl in federated.sdls.items()
        }
        base_url = await stack.enter_async_context(serving_world(handlers))
        supergraph = folder / "supergraph.graphql"
        text = supergraph_of(sdls)
        for name in sdls:
            text = text.replace(f'"http://{name}.test"', f'"{base_url}/{name}"')
        supergraph.write_text(text)
        try:
            url = await stack.enter_async_context(peer.serving(supergraph))
        except PeerFailed as failed:
            counts.peer_refused += 1
            write(f"seed {seed}: the peer does not load it: {failed}")
            return
        counts.supergraphs += 1
        http = await stack.enter_async_context(httpx2.AsyncClient(timeout=60))
        pair = _Pair(federated, Side(http, url))
        schema = federated.supergraph.api_schema
        generator = OperationGenerator(schema, seed, size=14)
        for number in range(operations):
            is_mutation = schema.mutation_type is not None and number % 4 == 0
            generated = generator.mutation() if is_mutation else generator.query()
            try:
                outcome = await pair.outcome(generated)
            except httpx2.TransportError:
                counts.peer_died += 1
                write(
                    f"\nseed {seed}, operation {number}: the peer's process ended\n{generated.text}"
                )
                return
            counts.outcomes[outcome] += 1
            if outcome.is_wrong or (every and outcome is not Outcome.BOTH):
                await pair.tell(generated, outcome, f"seed {seed}, operation {number}")


@dataclass(frozen=True, slots=True)
class _Pair:
    federated: FederatedWorld
    peer: Side

    async def outcome(self, generated: Generated) -> Outcome:
        ours = await self.federated.check(generated) is None
        theirs = await self._theirs(generated) is None
        if not ours:
            return Outcome.THEIRS if theirs else Outcome.NEITHER
        if theirs:
            return Outcome.BOTH
        plain = plain_form(generated, self.federated.supergraph.api_schema)
        return Outcome.OURS if await self._theirs(plain) else Outcome.PLAIN

    async def _theirs(self, generated: Generated) -> str | None:
        reply = await self.peer.ask(generated)
        return difference(_response(reply), self.federated.expect(generated))

    async def tell(self, generated: Generated, outcome: Outcome, about: str) -> None:
        """Write a finding, made small."""

        async def fails(candidate: Generated) -> bool:
            return await self.outcome(candidate) is outcome

        small = await shrink(generated, self.federated.supergraph.api_schema, fails, attempts=150)
        ours, theirs = await self.federated.check(small), await self._theirs(small)
        write(f"\n── {about}: {outcome}\n{small.text}\n{small.variables}")
        write(f"ours: {ours}\ntheirs: {theirs}")


def _response(reply: Reply) -> Response:
    """A reply of the peer as the testkit has it; errors without a code get the general one."""
    errors = ((path, code or "INTERNAL") for path, code in reply.errors)
    return Response(reply.data, tuple(sorted(errors, key=repr)))
