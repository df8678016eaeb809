"""What one anonymous request may make the services do (fault 73), before they do any of it."""

from __future__ import annotations

import pytest

from tests.e2e.test_requests import ACROSS, requests_of
from tests.testkit.client import Client
from tests.testkit.system import System

PAGE = "offers(first: 100) { edges { node { id } } }"
ALIASED = "{" + " ".join(f"a{number}: {PAGE}" for number in range(100)) + "}"
FRAGMENTS = (
    "{" + " ".join(f"a{number}: places(first: 1) {{ ...F }}" for number in range(90)) + "}"
    "fragment F on PlaceConnection { edges { node { offers(first: 100) { edges { cursor } } } } }"
)
NESTED = "{ places(first: 100) { edges { node { offers(first: 100) { edges { cursor } } } } } }"
VARIABLE = """query($n: Int! = 100) { places(first: $n) { edges { node {
  offers(first: $n) { edges { node { id } } } } } } }"""


@pytest.mark.parametrize("document", [ALIASED, FRAGMENTS, NESTED, VARIABLE])
async def test_lists_of_lists_are_refused_before_anything_is_fetched(
    system: System, client: Client, document: str
) -> None:
    assert len(document) < 6_000
    before = await requests_of(system, "catalog")
    answer = await client.run(document)
    assert answer.codes == ["OPERATION_TOO_COMPLEX"]
    told = answer.errors[0]["extensions"]
    assert told["cost"] > told["maxCost"] == 3_000
    assert await requests_of(system, "catalog") == before


async def test_small_variables_make_the_same_document_small(client: Client) -> None:
    answer = await client.run(VARIABLE, {"n": 5})
    assert len(answer.field("places", "edges")) > 0


async def test_an_absurd_page_is_the_service_s_to_refuse(client: Client) -> None:
    for first in (101, 99_999_999, -1):
        answer = await client.run(ACROSS, {"first": first})
        assert answer.codes == ["BAD_USER_INPUT"]
