"""The service's doors: keys, probes, tokens, masked errors."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.catalog_service.kit import (
    CREATE_OFFER,
    GATEWAY_KEY,
    OFFER,
    Catalog,
    Person,
    offer_input,
)


@pytest.mark.parametrize("key", [None, "", "another-subgraphs-key", GATEWAY_KEY + "x"])
@pytest.mark.parametrize("path", ["/graphql", "/internal/events"])
async def test_only_the_gateway_is_answered(catalog: Catalog, path: str, key: str | None) -> None:
    catalog.http.headers.pop("X-Gateway-Key")
    headers = {} if key is None else {"X-Gateway-Key": key}
    response = await catalog.http.post(path, json={"query": "{ __typename }"}, headers=headers)
    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"]["code"] == "GATEWAY_KEY_REFUSED"


async def test_probes_and_metrics_are_open(catalog: Catalog) -> None:
    catalog.http.headers.pop("X-Gateway-Key")
    for path in ("/health/live", "/health/ready", "/metrics"):
        assert (await catalog.http.get(path)).status_code == 200
    assert "catalog_views_waiting 0.0" in (await catalog.http.get("/metrics")).text


async def test_a_bad_token_is_never_anonymous(catalog: Catalog, customer: Person) -> None:
    for token in (customer.token(exp=1), customer.token(aud="other"), "nonsense"):
        response = await catalog.http.post(
            "/graphql",
            json={"query": "{ offers { edges { cursor } } }"},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer ")


async def test_what_goes_wrong_inside_stays_inside(
    own_catalog: Catalog, owner: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await own_catalog.sql("ALTER TABLE offers RENAME COLUMN title TO headline")
    answer = await own_catalog.ask(owner, OFFER, id=str(uuid4()))
    assert answer.codes == ["INTERNAL"]
    assert set(answer.errors[0]["extensions"]) == {"code", "requestId"}
    text = str(answer.body).lower()
    assert not any(word in text for word in ("select", "title", "sqlalchemy", "traceback"))


async def test_two_mutations_and_the_second_fails(own_catalog: Catalog, owner: Person) -> None:
    """The first stands, in data and in the database."""
    place = await own_catalog.open_place(owner)
    await own_catalog.sql("ALTER TABLE offers ADD CONSTRAINT sabotage CHECK (title <> 'second')")
    document = """mutation($first: CreateOfferInput!, $second: CreateOfferInput!) {
      first: createOffer(input: $first) { title place { offers(filter: {status: [DRAFT]}) {
        edges { node { title } } } } }
      second: createOffer(input: $second) { title }
      third: createOffer(input: $first) { title place { offers(filter: {status: [DRAFT]}) {
        edges { node { title } } } } }
    }"""
    answer = await own_catalog.ask(
        owner,
        document,
        first=offer_input(place, title="first"),
        second=offer_input(place, title="second"),
    )
    assert answer.codes == ["INTERNAL"]
    assert answer.body["data"]["second"] is None
    titles = [row["title"] for row in await own_catalog.sql("SELECT title FROM offers")]
    assert titles == ["first", "first"]
    seen = [
        len(answer.body["data"][field]["place"]["offers"]["edges"]) for field in ("first", "third")
    ]
    assert seen == [1, 2]


async def test_two_people_at_the_same_moment_share_nothing(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place = await catalog.open_place(owner)
    draft = await catalog.draft_offer(owner, place)
    people: list[Any] = [owner, stranger, None] * 10
    answers = await asyncio.gather(*(catalog.ask(who, OFFER, id=str(draft)) for who in people))
    for who, answer in zip(people, answers, strict=True):
        assert answer.codes == ([] if who is owner else ["NOT_FOUND"])


async def test_pickup_codes_and_tokens_stay_out_of_logs_and_metrics(
    own_catalog: Catalog, owner: Person, customer: Person, capfd: pytest.CaptureFixture[str]
) -> None:
    place = await own_catalog.open_place(owner)
    offer = await own_catalog.publish_offer(owner, place)
    held = await own_catalog.hold(customer, offer)
    document = (
        f"""mutation {{ confirmPickup(placeId: "{place}", pickupCode: "{held.code}") {{ id }} }}"""
    )
    early = await own_catalog.ask(owner, document)
    assert early.codes == ["CONFLICT"]
    await own_catalog.sql("ALTER TABLE reservations RENAME COLUMN status TO state")
    broken = await own_catalog.ask(owner, document)
    assert broken.codes == ["INTERNAL"]
    metrics = (await own_catalog.http.get("/metrics")).text
    printed = "".join(capfd.readouterr())
    for canary in (held.code, customer.token()[:20], owner.token()[-40:]):
        assert canary not in str(early.body) + str(broken.body) + metrics + printed


async def test_identical_mutations_both_run(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    given = offer_input(place)
    answers = await asyncio.gather(
        *(catalog.ask(owner, CREATE_OFFER, input=given) for _ in range(2))
    )
    assert len({answer.data["createOffer"]["id"] for answer in answers}) == 2
