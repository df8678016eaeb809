"""How many requests reach the services, counted by the services themselves."""

from __future__ import annotations

import re

import httpx2
import pytest

from tests.testkit.client import Client
from tests.testkit.system import System

ACROSS = """
query($first: Int!) { offers(first: $first, filter: {onlyAvailable: true}) { edges { node {
  title price { amount currency } place { name partnerships { partner { id role } } }
} } } }
"""
COUNTER = re.compile(r'^http_requests_total\{[^}]*path="/graphql"[^}]*\} (\S+)$', re.MULTILINE)


async def requests_of(system: System, service: str) -> float:
    async with httpx2.AsyncClient() as http:
        text = (await http.get(f"http://127.0.0.1:{system.ports[service]}/metrics")).text
    counts = COUNTER.findall(text)
    return sum(map(float, counts))


@pytest.mark.parametrize("first", [0, 1, 5, 99, 100])
async def test_the_query_across_both_services(system: System, client: Client, first: int) -> None:
    before = [await requests_of(system, name) for name in ("catalog", "auth")]
    answer = await client.run(ACROSS, {"first": first})
    after = [await requests_of(system, name) for name in ("catalog", "auth")]

    edges = answer.field("offers", "edges")
    assert len(edges) == first
    for edge in edges:
        for partnership in edge["node"]["place"]["partnerships"]:
            assert partnership["partner"]["role"] == "PARTNER"
    sent = [now - then for now, then in zip(after, before, strict=True)]
    assert sent == [1, 1 if first else 0]


async def test_a_batch_is_answered_in_order_and_asks_each_service_once(
    system: System, client: Client
) -> None:
    one = "{offers(first: 3) {edges {node {place {partnerships {partner {id role}}}}}}}"
    before = await requests_of(system, "auth")
    answers = await client.batch(["{me {id}}", one, "{nonsense}", one])

    assert answers[0].data == {"me": None}
    assert answers[1].data == answers[3].data
    assert answers[2].codes == ["GRAPHQL_VALIDATION_FAILED"]
    # `me` and one joined request for the partners of both operations
    assert await requests_of(system, "auth") - before == 2
