"""A role counts as it is now, whatever an access token says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from catalog_service.core.accounts import AuthAccounts
from catalog_service.services.ask_accounts import ask_after_partners
from shared.database import Database
from tests.catalog_service.kit import (
    ACCEPT,
    CANCEL,
    CREATE_OFFER,
    CREATE_PLACE,
    LINK,
    OFFER,
    SET_STATUS,
    UPDATE_OFFER,
    UPDATE_PARTNERSHIP,
    Catalog,
    Person,
    offer_input,
    running_catalog,
    settings_for,
)
from tests.testkit.server import serving

USERS_RESERVATIONS = """query($id: String!) {
  _entities(representations: [{__typename: "User", id: $id}]) {
    ... on User { reservations { edges { cursor } } } } }"""


async def test_a_role_taken_away_ends_with_a_living_token(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    draft = await catalog.draft_offer(owner, place)
    offer = await catalog.publish_offer(owner, place)
    await catalog.hold(customer, offer, 2)
    assert await catalog.tell(owner, version=2, role="user") == 204
    for document, variables in (
        (CREATE_OFFER, {"input": offer_input(place)}),
        (UPDATE_OFFER, {"id": str(offer), "input": {"title": "x"}}),
        (SET_STATUS, {"id": str(offer), "status": "ACTIVE"}),
    ):
        assert (await catalog.ask(owner, document, **variables)).codes == ["FORBIDDEN"]
    assert (await catalog.ask(owner, OFFER, id=str(draft))).codes == ["NOT_FOUND"]
    listed = await catalog.ask(None, "{ offers { edges { node { id } } } }")
    assert listed.data["offers"]["edges"] == []
    assert (await catalog.reserve(Person(), offer)).codes == ["OFFER_CLOSED"]
    assert await catalog.statuses(offer) == ["RESERVED"]


UNATTENDED = "FROM outbox WHERE payload->>'letter' = 'reservation_unattended'"


async def test_who_holds_reservations_is_told(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner, name="Mill", address="1 Mill Lane")
    offer = await catalog.publish_offer(owner, place, title="Rye")
    await catalog.hold(customer, offer, 2)
    await catalog.tell(owner, version=2, role="user")
    (row,) = await catalog.sql(f"SELECT id, payload {UNATTENDED}")
    event = json.loads(row["payload"])
    assert event["id"] == str(row["id"])
    assert (event["type"], event["letter"]) == ("mail.requested", "reservation_unattended")
    assert event["userId"] == str(customer.id)
    facts = event["facts"]
    assert (facts["place"], facts["address"], facts["offer"]) == ("Mill", "1 Mill Lane", "Rye")
    assert (facts["quantity"], facts["timeZone"]) == (2, "Europe/Berlin")
    await catalog.tell(owner, version=2, role="user")
    assert len(await catalog.sql(f"SELECT 1 {UNATTENDED}")) == 1


async def test_another_owner_goes_on_selling(
    catalog: Catalog, owner: Person, stranger: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    await catalog.link(owner, place, stranger, "OWNER")
    offer = await catalog.publish_offer(owner, place)
    await catalog.hold(customer, offer)
    await catalog.tell(owner, version=2, role="user")
    assert (await catalog.reserve(customer, offer)).codes == []
    assert await catalog.sql(f"SELECT 1 {UNATTENDED}") == []
    assert (await catalog.ask(stranger, SET_STATUS, id=str(offer), status="PAUSED")).codes == []


async def test_a_manager_alone_sells_nothing(
    catalog: Catalog, owner: Person, stranger: Person, admin: Person
) -> None:
    place = await catalog.open_place(owner)
    await catalog.link(owner, place, stranger, "MANAGER")
    offer = await catalog.publish_offer(owner, place)
    await catalog.tell(owner, version=2, role="user")
    for person in (stranger, admin):
        assert (await catalog.set_status(person, offer, "ACTIVE")).codes == ["CONFLICT"]
    another = Person("partner")
    await catalog.link(admin, place, another, "OWNER")
    assert (await catalog.set_status(stranger, offer, "ACTIVE")).codes == []


async def test_late_and_repeated_events_never_win(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place)
    events = [catalog.tell(owner, version=v, role=r) for v, r in ((4, "partner"), (3, "user"))]
    assert await asyncio.gather(*events, *(catalog.tell(owner, version=2) for _ in range(5)))
    for version in (4, 3, 2):
        assert await catalog.tell(owner, version=version, role="user") == 204
    rows = await catalog.sql("SELECT version, role FROM account_standings")
    assert [tuple(row) for row in rows] == [(4, "partner")]
    # whether 3 came before 4 or after it, the place was left
    (status,) = await catalog.sql("SELECT status FROM offers WHERE id = $1", offer)
    assert status[0] == "paused"


@pytest.mark.parametrize("order", [(3, 4), (4, 3), (3, 4, 3), (4, 3, 4)])
async def test_in_whatever_order_a_role_is_lost_and_given_again(
    catalog: Catalog, owner: Person, stranger: Person, order: tuple[int, ...]
) -> None:
    """What was begun before the role was lost ends, what was begun with it given again stays."""
    await catalog.tell(owner, version=2)
    await catalog.tell(stranger, version=2)
    left = await catalog.open_place(owner)
    worked_at = await catalog.open_place(owner)
    await catalog.link(owner, worked_at, stranger, "MANAGER")
    offered = (await catalog.invite(owner, left, stranger)).data["linkPartner"]["id"]
    renewed = await open_place_with(catalog, owner, standing_version=4)
    offer = await catalog.publish_offer(owner, renewed)
    for version in order:
        for person in (owner, stranger):
            role = "user" if version == 3 else "partner"
            assert await catalog.tell(person, version=version, role=role) == 204
    assert await catalog.sql("SELECT place_id FROM partnerships WHERE is_active") == [(renewed,)]
    assert await catalog.sql("SELECT 1 FROM partnerships WHERE is_invited") == []
    assert (await catalog.ask(stranger, ACCEPT, id=offered)).codes == ["NOT_FOUND"]
    assert (await catalog.reserve(Person(), offer)).codes == []


async def test_who_is_invited_again_outlasts_a_late_event(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place, another = await catalog.open_place(owner), await catalog.open_place(owner)
    await catalog.link(owner, place, stranger, "STAFF")
    await catalog.tell(stranger, version=4)
    ended = await catalog.link(owner, another, stranger, "STAFF")
    again = {"id": ended, "isActive": False}
    assert (await catalog.ask(owner, UPDATE_PARTNERSHIP, **again)).codes == []
    assert (await catalog.ask(owner, UPDATE_PARTNERSHIP, **again | {"isActive": True})).codes == []
    await catalog.tell(stranger, version=3, role="user")
    held = await catalog.sql(
        "SELECT place_id, is_invited FROM partnerships"
        " WHERE partner_user_id = $1 AND (is_active OR is_invited)",
        stranger.id,
    )
    assert [tuple(row) for row in held] == [(another, True)]
    assert (await catalog.ask(stranger, ACCEPT, id=ended)).codes == []
    await catalog.tell(stranger, version=3, role="user")
    assert await catalog.sql("SELECT 1 FROM partnerships WHERE id = $1 AND is_active", UUID(ended))


async def open_place_with(catalog: Catalog, owner: Person, **claims: Any) -> UUID:
    """A place that the owner opens with such a token."""
    given = {"name": "Mill", "address": "x", "latitude": 1, "longitude": 1}
    response = await catalog.http.post(
        "/graphql",
        json={
            "query": CREATE_PLACE,
            "variables": {"input": given | {"timeZone": "UTC", "currency": "EUR"}},
        },
        headers={"Authorization": f"Bearer {owner.token(**claims)}"},
    )
    return UUID(response.json()["data"]["createPlace"]["id"])


async def test_a_token_newer_than_the_last_event_counts(catalog: Catalog) -> None:
    person = Person("partner")
    await catalog.tell(person, version=3, role="user")
    document = "mutation($input: CreatePlaceInput!) { createPlace(input: $input) { id } }"
    given = {
        "name": "Mill",
        "address": "x",
        "latitude": 1,
        "longitude": 1,
        "timeZone": "UTC",
        "currency": "EUR",
    }
    codes = []
    for version in (2, 4):
        response = await catalog.http.post(
            "/graphql",
            json={"query": document, "variables": {"input": given}},
            headers={"Authorization": f"Bearer {person.token(standing_version=version)}"},
        )
        codes.append([e["extensions"]["code"] for e in response.json().get("errors", ())])
    assert codes == [["FORBIDDEN"], []]


async def test_verified_helps_at_once_with_an_old_token(catalog: Catalog, owner: Person) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    newcomer = Person(verified=False)
    assert (await catalog.reserve(newcomer, offer)).codes == ["EMAIL_NOT_VERIFIED"]
    await catalog.tell(newcomer, version=2, isVerified=True)
    assert (await catalog.reserve(newcomer, offer)).codes == []


async def test_an_admin_who_is_none_any_more_sees_and_does_nothing(
    catalog: Catalog, owner: Person, customer: Person, admin: Person
) -> None:
    place = await catalog.open_place(owner)
    draft = await catalog.draft_offer(owner, place)
    held = await catalog.hold(customer, await catalog.publish_offer(owner, place))
    person = {"id": str(customer.id)}
    assert (await catalog.ask(admin, OFFER, id=str(draft))).codes == []
    assert (await catalog.ask(admin, USERS_RESERVATIONS, **person)).data["_entities"][0][
        "reservations"
    ]
    await catalog.tell(admin, version=2, role="user")
    assert (await catalog.ask(admin, OFFER, id=str(draft))).codes == ["NOT_FOUND"]
    assert (await catalog.ask(admin, CANCEL, id=str(held.id))).codes == ["NOT_FOUND"]
    assert (await catalog.ask(admin, SET_STATUS, id=str(draft), status="ACTIVE")).codes == [
        "FORBIDDEN"
    ]
    seen = await catalog.ask(admin, USERS_RESERVATIONS, **person)
    assert seen.data["_entities"] == [{"reservations": None}]


async def test_writing_while_the_role_is_taken_away(catalog: Catalog) -> None:
    """Whichever is first, nothing is on sale afterwards at a place without an owner."""
    for _ in range(5):
        owner = Person("partner")
        draft = await catalog.draft_offer(owner, await catalog.open_place(owner))
        publish = [catalog.set_status(owner, draft, "ACTIVE") for _ in range(3)]
        await asyncio.gather(*publish, catalog.tell(owner, version=2, role="user"))
    assert await catalog.sql("SELECT 1 FROM offers WHERE status = 'active'") == []


class Auth:
    """The auth service's internal endpoints; ``known`` is what it says of accounts."""

    def __init__(self) -> None:
        self.known: dict[UUID, dict[str, Any]] = {}
        self.url = ""
        self.is_away = False
        self.events: list[dict[str, Any]] = []
        self.answers: list[int] = []
        self.app = Starlette(
            routes=[
                Route("/internal/standings", self.standings, methods=["POST"]),
                Route("/internal/events", self.take, methods=["POST"]),
            ]
        )

    def know(self, person: Person, **changes: Any) -> None:
        self.known[person.id] = {
            "userId": str(person.id),
            "version": 1,
            "role": person.role,
            "isVerified": person.verified,
        } | changes

    async def standings(self, request: Request) -> Response:
        asked = (await request.json())["ids"]
        if self.is_away or request.headers["x-gateway-key"] != "key-of-auth":
            return JSONResponse({}, 503)
        told = [self.known[UUID(each)] for each in asked if UUID(each) in self.known]
        return JSONResponse({"standings": told})

    async def ask_after_partners(self, database_url: str) -> int:
        """What the catalog does every minute, now."""
        settings = settings_for(
            database_url, auth_service_url=self.url, auth_gateway_key=SecretStr("key-of-auth")
        )
        database, accounts = Database.from_settings(settings), AuthAccounts(settings)
        try:
            return await ask_after_partners(database, accounts)
        finally:
            await accounts.close()
            await database.dispose()

    async def take(self, request: Request) -> Response:
        self.events.append(await request.json())
        return Response(status_code=self.answers.pop(0) if self.answers else 204)


@asynccontextmanager
async def with_auth(database_url: str) -> AsyncIterator[tuple[Catalog, Auth]]:
    auth = Auth()
    async with (
        serving(auth.app) as url,
        running_catalog(
            database_url, auth_service_url=url, auth_gateway_key=SecretStr("key-of-auth")
        ) as catalog,
    ):
        auth.url = url
        yield catalog, auth


async def test_before_refusing_auth_is_asked(database_url: str, owner: Person) -> None:
    async with with_auth(database_url) as (catalog, auth):
        offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
        newcomer = Person(verified=False)
        assert (await catalog.reserve(newcomer, offer)).codes == ["EMAIL_NOT_VERIFIED"]
        auth.know(newcomer, version=2, isVerified=True)  # and its event is still on the way
        assert (await catalog.reserve(newcomer, offer)).codes == []
        auth.is_away = True
        assert (await catalog.reserve(newcomer, offer)).codes == []
        other = Person(verified=False)
        assert (await catalog.reserve(other, offer)).codes == ["EMAIL_NOT_VERIFIED"]


async def test_who_is_invited_is_asked_for(database_url: str, owner: Person) -> None:
    async with with_auth(database_url) as (catalog, auth):
        place = str(await catalog.open_place(owner))
        partner, customer, promoted = Person("partner"), Person(), Person()
        auth.know(partner)
        auth.know(customer)
        await catalog.tell(promoted)
        auth.know(promoted, version=2, role="partner")
        codes = [
            (await catalog.ask(owner, LINK, placeId=place, userId=str(id_), role="STAFF")).codes
            for id_ in (partner.id, customer.id, promoted.id, uuid4())
        ]
        assert codes == [[], ["BAD_USER_INPUT"], [], ["NOT_FOUND"]]


async def test_a_place_shows_nobody_who_is_not_there(database_url: str, owner: Person) -> None:
    async with with_auth(database_url) as (catalog, auth):
        auth.know(owner)
        place = await catalog.open_place(owner)
        lone, ghost = await catalog.open_place(owner), Person("partner")
        for at in (place, lone):
            await catalog.sql(
                "INSERT INTO partnerships (id, partner_user_id, place_id, role) "
                "VALUES (gen_random_uuid(), $1, $2, 'STAFF')",
                ghost.id,
                at,
            )
        document = "query($id: UUID!) { place(id: $id) { partnerships { partner { id } } } }"
        assert await auth.ask_after_partners(database_url) == 2
        assert await auth.ask_after_partners(database_url) == 0
        shown = await catalog.ask(None, document, id=str(place))
        assert shown.data["place"]["partnerships"] == [{"partner": {"id": str(owner.id)}}]


async def test_events_reach_auth_when_it_is_back(
    database_url: str, owner: Person, customer: Person
) -> None:
    async with with_auth(database_url) as (catalog, auth):
        auth.answers = [503, 500, 401]
        offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
        await catalog.hold(customer, offer)
        await catalog.set_status(owner, offer, "CANCELLED")
        async with asyncio.timeout(20):
            while len(auth.events) < 6 or await waiting(catalog):
                await catalog.sql("UPDATE outbox SET available_at = clock_timestamp()")
                await asyncio.sleep(0.05)
        assert len({event["id"] for event in auth.events}) == 3  # two letters, and the act
        letters = [event for event in auth.events if "letter" in event]
        event = letters[-1]
        assert event.keys() == {"id", "type", "userId", "letter", "facts", "occurredAt"}
        assert {each["letter"] for each in letters} == {
            "reservation_made",
            "reservation_cancelled",
        }
        for row in await catalog.sql("SELECT payload, subject FROM outbox"):
            assert (row["payload"], row["subject"]) == ("{}", None)


async def waiting(catalog: Catalog) -> bool:
    return bool(await catalog.sql("SELECT 1 FROM outbox WHERE finished_at IS NULL"))


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 0},
        {"version": 2**31},
        {"version": "x"},
        {"role": "boss"},
        {"isVerified": None},
        {"userId": "x"},
    ],
)
async def test_what_is_no_standing(catalog: Catalog, changes: dict[str, Any]) -> None:
    assert await catalog.tell(Person(), **changes) == 400
    assert await catalog.sql("SELECT 1 FROM account_standings") == []
