"""Faults 71 to 73 and 78 at the service: clients that vanish, too many of them, too much."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest
from graphql import get_introspection_query

from benchmarks.catalog.data import load
from tests.catalog_service.crowded import LIST, NODE, WAITING, Service, served
from tests.catalog_service.kit import CREATE_PLACE, GATEWAY_KEY, Person
from tests.testkit.postgres import Databases

BACKENDS = """
    SELECT array_agg(pid ORDER BY pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'est'
"""
HELD_UP = f"{BACKENDS} AND wait_event_type = 'Lock'"


@pytest.fixture(scope="module")
async def stocked(database_url_factory: Databases) -> AsyncIterator[str]:
    """A database with a thousand offers."""
    async with database_url_factory.lent("catalog_service") as url:
        await load(url, 1_000, 50)
        connection = await asyncpg.connect(url)
        # nothing ends while tests look
        await connection.execute(
            "UPDATE offers SET pickup_end = pickup_end + interval '1 hour'"
            " WHERE pickup_end BETWEEN now() AND now() + interval '1 hour'"
        )
        await connection.close()
        yield url


@pytest.fixture(scope="module")
async def one_service(
    stocked: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    async with served(stocked, tmp_path_factory.mktemp("load") / "log") as running:
        yield running


@pytest.fixture
async def service(one_service: Service) -> Service:
    """The same for all, which has got over what the test before did to it."""
    await one_service.until_served()
    return one_service


def codes(response: httpx2.Response) -> list[str]:
    return [error["extensions"]["code"] for error in response.json().get("errors", [])]


@pytest.mark.parametrize("clients", [100, 300, 1_000])
async def test_71_clients_that_vanish_leave_no_work(service: Service, clients: int) -> None:
    async with service.alive():
        await asyncio.gather(
            *(service.vanish({"query": LIST}, after=0.3 * n / clients) for n in range(clients))
        )
    await service.until_served()


async def test_71_the_statement_is_cancelled_and_the_connection_stays(service: Service) -> None:
    """Those that the clients of the test before left half made may still be closing."""
    backends: list[int] = []
    async with service.locked("offers"):
        for _ in range(5):
            gone = asyncio.create_task(service.vanish({"query": LIST}, after=600))
            await service.until_waiting(1)
            backends += await service.sql(HELD_UP)
            gone.cancel()
            await service.until_waiting(0)
    assert not codes(await service.ask(LIST))
    assert len(backends) == 5
    assert set(await service.sql(BACKENDS)) >= set(backends)


async def test_71_what_loaders_read_is_cancelled_too(service: Service) -> None:
    async with service.locked("places"):
        gone = asyncio.create_task(service.vanish({"query": LIST}, after=600))
        await service.until_waiting(1)
        gone.cancel()
        await service.until_waiting(0)
    assert not codes(await service.ask(LIST))


async def test_71_past_the_deadline_of_the_gateway_work_ends(service: Service) -> None:
    async with service.locked("offers"):
        answer = await service.ask(LIST, **{"X-Deadline-Ms": "100"})
        assert answer.status_code == 503
        assert answer.json()["errors"][0]["extensions"] == {"code": "TIMEOUT", "retryable": True}
        await service.until_waiting(0)


@pytest.mark.parametrize("deadline", ["", "-1", "soon", "1e3", "١", "9" * 30])
async def test_71_what_is_no_deadline_is_none(service: Service, deadline: str) -> None:
    answer = await service.http.post(
        "/graphql", json={"query": LIST}, headers={b"X-Deadline-Ms": deadline.encode()}
    )
    assert not codes(answer)


async def test_71_a_deadline_is_believed_from_the_gateway_only(
    stocked: str, tmp_path: Path
) -> None:
    async with served(stocked, tmp_path / "log", SUBGRAPH_ACCESS="open") as service:
        service.http.headers.pop("X-Gateway-Key")
        assert not codes(await service.ask(LIST, **{"X-Deadline-Ms": "0"}))
        service.http.headers["X-Gateway-Key"] = GATEWAY_KEY
        assert codes(await service.ask(LIST, **{"X-Deadline-Ms": "0"})) == ["TIMEOUT"]


async def test_71_a_mutation_that_has_begun_runs_to_its_end(
    service: Service, owner: Person
) -> None:
    name = f"Bakery of {owner.id}"
    place = {
        "name": name, "address": "1 Street", "latitude": 52.5, "longitude": 13.4,
        "timeZone": "Europe/Berlin", "currency": "EUR",
    }  # fmt: skip
    body = {"query": CREATE_PLACE, "variables": {"input": place}}
    token = {"authorization": f"Bearer {owner.token()}"}
    async with service.locked("places"):
        # enough to begin in, on a busy machine, too
        gone = asyncio.create_task(service.vanish(body, 600, **token, **{"x-deadline-ms": "2000"}))
        await service.until_waiting(1)
        gone.cancel()
        await asyncio.sleep(2.1)
        assert await service.sql(WAITING) == 1
    async with asyncio.timeout(60):
        while not await service.sql(f"SELECT count(*) FROM places WHERE name = '{name}'"):
            await asyncio.sleep(0.02)


async def test_72_whoever_would_wait_too_long_is_refused(stocked: str, tmp_path: Path) -> None:
    bounds = {"MAX_QUERIES": "2", "MAX_WAIT_SECONDS": "0.2"}
    async with served(stocked, tmp_path / "log", **bounds) as service, service.alive():
        async with service.locked("offers"):
            asked = [asyncio.create_task(service.ask(LIST)) for _ in range(40)]
            await service.until_waiting(2)
            while sum(task.done() for task in asked) < 38:
                await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED, timeout=0.1)
            for answer in [task.result() for task in asked if task.done()]:
                assert answer.status_code == 503
                assert answer.headers["Retry-After"] == "1"
                extensions = answer.json()["errors"][0]["extensions"]
                assert extensions == {"code": "UNAVAILABLE", "retryable": True}
        answers = await asyncio.gather(*asked)
        assert [answer.status_code for answer in answers].count(200) == 2
        assert not codes(await service.ask(LIST))


async def test_72_the_number_of_requests_has_a_hard_bound(stocked: str, tmp_path: Path) -> None:
    async with served(stocked, tmp_path / "log", MAX_REQUESTS="5") as service, service.alive():
        async with service.locked("offers"):
            asked = [asyncio.create_task(service.ask(LIST)) for _ in range(5)]
            await service.until_waiting(5)
            assert (await service.ask("{ __typename }")).status_code == 503
        assert {answer.status_code for answer in await asyncio.gather(*asked)} == {200}


@pytest.mark.parametrize("node", ["id", NODE])
async def test_73_a_hundred_lists_at_once_are_refused(service: Service, node: str) -> None:
    lists = " ".join(
        f"a{n}: offers(first: 100) {{ edges {{ node {{ {node} }} }} }}" for n in range(100)
    )
    assert codes(await service.ask(f"{{ {lists} }}")) == ["OPERATION_TOO_COMPLEX"]


async def test_73_lists_of_lists_are_refused(service: Service) -> None:
    query = """query($n: Int!) { places(first: $n) { edges { node {
        offers(first: $n) { edges { node { id title } } } } } } }"""
    many = {"query": query, "variables": {"n": 100}}
    few = {"query": query, "variables": {"n": 20}}
    assert codes(await service.post(many)) == ["OPERATION_TOO_COMPLEX"]
    assert not codes(await service.post(few))
    unsaid = {"query": query.replace("$n: Int!", "$n: Int! = 100")}
    assert codes(await service.post(unsaid)) == ["OPERATION_TOO_COMPLEX"]
    assert not codes(await service.post({**unsaid, "variables": {"n": 20}}))


FIND = """query($tags: [String!], $near: [OfferAvailability!]) {
  offers(first: 1, filter: {tags: $tags, availability: $near}) { edges { cursor } } }"""


@pytest.mark.parametrize(
    "variables",
    [
        {"near": ["AVAILABLE"] * 300_000},
        {"tags": ["bread"] * 200_000},
        {"tags": [["bread"] * 200_000]},
        {"tags": [{"a": n} for n in range(50_000)]},
        {"unknown": {"deep": [{"list": ["x"] * 100_000}]}},
    ],
)
async def test_78_long_lists_in_variables_are_refused_unread(
    service: Service, variables: dict[str, Any]
) -> None:
    async with service.alive():
        answer = await service.post({"query": FIND, "variables": variables})
    assert codes(answer) == ["BAD_USER_INPUT"]
    (violation,) = answer.json()["errors"][0]["extensions"]["violations"]
    assert violation["code"] == "TOO_LONG"


FIELDS = " ".join(f"a{n}: fields {{ args {{ type {{ fields {{ name }} }} }} }}" for n in range(60))
NAMES = " ".join(f"a{n}: fields {{ name }}" for n in range(60))
SCHEMAS = " ".join(f"s{n}: __schema {{ types {{ name kind description }} }}" for n in range(90))
ASKS_FOR_THE_SCHEMA = {
    "aliases": f"{{ __schema {{ types {{ {FIELDS} }} }} }}",
    "fragments": f"""{{ __schema {{ types {{ fields {{ ...A }} }} }} }}
        fragment A on __Field {{ type {{ ...B }} }} fragment B on __Type {{ {NAMES} }}""",
    "roots": f"{{ {SCHEMAS} }}",
}


@pytest.mark.parametrize("name", ASKS_FOR_THE_SCHEMA)
async def test_78_asking_for_the_schema_costs_what_it_does(service: Service, name: str) -> None:
    assert codes(await service.ask(ASKS_FOR_THE_SCHEMA[name])) == ["OPERATION_TOO_COMPLEX"]
    whole = await service.ask(get_introspection_query(input_value_deprecation=True))
    assert len(whole.json()["data"]["__schema"]["types"]) > 80


async def test_78_equal_values_are_one_condition(service: Service) -> None:
    query = "{ offers(first: 1, filter: {availability: [%s]}) { totalCount } }"
    once = await service.ask(query % "AVAILABLE")
    many = await service.ask(query % ("AVAILABLE " * 400))
    assert many.json() == once.json()


@pytest.mark.parametrize("count", [21, 1_000])
async def test_78_equal_tags_count_each(service: Service, count: int) -> None:
    answer = await service.post({"query": FIND, "variables": {"tags": ["bread"] * count}})
    assert codes(answer) == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    "literal",
    ['"' + "x" * 900_000 + '"', "[" + '"bread",' * 100_000 + "]", "[" + '"b" ' * 10_000 + "]"],
    ids=["one string", "900 KB of equal tags", "ten thousand tags"],
)
async def test_78_long_literals_are_refused(service: Service, literal: str) -> None:
    query = f"{{ offers(first: 1, filter: {{tags: {literal}}}) {{ edges {{ cursor }} }} }}"
    async with service.alive():
        answer = await service.ask(query)
    assert codes(answer) == ["OPERATION_TOO_COMPLEX"]


NEAR = """query($r: Float!, $o: OfferOrder!, $after: String) { offers(first: 30, after: $after,
  orderBy: $o, filter: {near: {latitude: 52.52, longitude: 13.4, radiusKm: $r}, maxPrice: "20"})
  { edges { node { id } } pageInfo { endCursor hasNextPage } } }"""
EXPECTED = """SELECT offers.id FROM offers JOIN places ON places.id = place_id,
  LATERAL earth_distance(ll_to_earth(52.52, 13.4), ll_to_earth(latitude, longitude)) AS distance
  WHERE status = 'active' AND deleted_at IS NULL AND pickup_end > now() AND price_amount <= 20
  AND offers.currency = 'EUR'
  AND distance <= {} * 1000 ORDER BY {} LIMIT 60"""
ORDERS = {
    "PICKUP_START": "pickup_start, offers.id",
    "PRICE": "price_amount, offers.id",
    "NEWEST": "offers.created_at DESC, offers.id DESC",
    "DISTANCE": "distance, offers.id",
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("radius", [2, 8, 500])
async def test_a_circle_is_found_in_every_order_whichever_way_it_is_asked(
    service: Service, order: str, radius: int
) -> None:
    connection = await asyncpg.connect(service.database)
    expected = await connection.fetch(EXPECTED.format(radius, ORDERS[order]))
    await connection.close()
    found: list[str] = []
    after = None
    for _ in range(2):
        variables = {"r": radius, "o": order, "after": after}
        answer = await service.post({"query": NEAR, "variables": variables})
        page = answer.json()["data"]["offers"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == [str(row["id"]) for row in expected]
    assert len(found) > (0 if radius == 2 else 20)
