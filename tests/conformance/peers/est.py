"""EST as it runs, behind our gateway and behind the peer: the same operations, the same answers."""

from __future__ import annotations

import re
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx2
from graphql import build_schema

from est.demo.people import CUSTOMERS, PARTNERS, PASSWORD
from tests.conformance.peers.comparing import Side
from tests.conformance.peers.est_data import sample_arguments
from tests.conformance.peers.hive import Peer
from tests.conformance.peers.judging import judge, smallest
from tests.conformance.peers.tally import Tally, tell
from tests.testkit.client import Client
from tests.testkit.generator import OperationGenerator
from tests.testkit.system import ROOT, System

_KEYS = {"auth": "a" * 32 + "-auth", "catalog": "c" * 32 + "-catalog"}


@dataclass(frozen=True, slots=True)
class _Caller:
    name: str
    token: str | None


async def compare_est(peer: Peer, operations: int, seed: int, *, every: bool) -> Tally:
    """Run EST and the peer, compare ``operations`` queries, tell what differs."""
    tally = Tally(every)
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="est-peers-")))
        system = System(
            home / "est", AUTH_GATEWAY_KEY=_KEYS["auth"], CATALOG_GATEWAY_KEY=_KEYS["catalog"]
        )
        stack.callback(system.stop)
        system.wait_until_up()
        supergraph = home / "supergraph.graphql"
        supergraph.write_text(_supergraph_of(system))
        theirs = await stack.enter_async_context(peer.serving(supergraph, _KEYS))
        ours = f"http://127.0.0.1:{system.ports['gateway']}"
        client = Client(ours)
        stack.push_async_callback(client.http.aclose)
        callers = [
            _Caller("anonymous", None),
            _Caller("partner", await client.sign_in(PARTNERS[0].email, PASSWORD)),
            _Caller("customer", await client.sign_in(CUSTOMERS[0].email, PASSWORD)),
        ]
        samples = await sample_arguments(client, [c.token for c in callers if c.token])
        schema = build_schema((ROOT / "schema" / "api.graphql").read_text())
        # Each gateway lists directives of its own, and this peer fails where others are denied.
        generator = OperationGenerator(schema, seed, samples=samples, introspects=False)
        http = await stack.enter_async_context(httpx2.AsyncClient(timeout=60))
        while tally.compared < operations:
            caller = callers[tally.compared % len(callers)]
            sides = Side(http, f"{ours}/graphql", caller.token), Side(http, theirs, caller.token)
            judged = await judge(*sides, generator.query(), schema)
            if tally.note(judged):
                about = f"seed {seed}, operation {tally.compared}, {caller.name}"
                tell(about, await smallest(*sides, judged, schema))
    return tally


def _supergraph_of(system: System) -> str:
    """The committed supergraph with the addresses of this run."""
    text = (ROOT / "schema" / "supergraph.graphql").read_text()
    for name in ("auth", "catalog"):
        url = f"http://127.0.0.1:{system.ports[name]}/graphql"
        text = re.sub(rf'(name: "{name}", url: )"[^"]*"', rf'\1"{url}"', text)
    return text
