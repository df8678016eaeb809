"""A running catalog on a real database, and people who use it through its front door."""

from __future__ import annotations

import json
import os
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
from joserfc import jwt
from joserfc.jwk import OctKey
from pydantic import SecretStr
from starlette.applications import Starlette

from catalog_service.api.app import create_app
from catalog_service.core.settings import CatalogSettings
from tests.testkit.behind import Behind, opened_behind

SECRET = "q3Vg7Yt0Zr8Lx2Nc5Mb9Kd4Jf6Hs1Pw+Ua="
GATEWAY_KEY = "a-gateway-key-for-tests"
ISSUER = "http://auth.test"
HOUR = timedelta(hours=1)
IMAGES = Path(tempfile.gettempdir()) / f"catalog-images-{os.getpid()}"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; ``role`` and ``verified`` are what the token says.

    ``generation``: how often the sessions had ended when it was made, if the issuer counts that.
    """

    role: str = "user"
    verified: bool = True
    id: UUID = field(default_factory=uuid4)
    generation: int | None = None

    def token(self, **changes: Any) -> str:
        """An access token of now."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": "est-api",
            "sub": str(self.id),
            "client_id": "est",
            "iat": now,
            "nbf": now,
            "exp": now + 900,
            "jti": uuid.uuid4().hex,
            "roles": [self.role],
            "email_verified": self.verified,
            **({} if self.generation is None else {"token_version": self.generation}),
        } | changes
        return jwt.encode({"alg": "HS256", "typ": "at+jwt"}, claims, OctKey.import_key(SECRET))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: Mapping[str, Any]

    @property
    def data(self) -> Any:
        """The data; there must be no errors."""
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The errors."""
        return list(self.body.get("errors", ()))

    @property
    def codes(self) -> list[str]:
        """The errors' codes."""
        return [error["extensions"]["code"] for error in self.errors]

    @property
    def violations(self) -> list[tuple[str, str]]:
        """(path joined by dots, code) of each violation."""
        return [
            (".".join(str(step) for step in fault["path"]), fault["code"])
            for error in self.errors
            for fault in error["extensions"].get("violations", ())
        ]


@dataclass(slots=True)
class Catalog:
    """The service. ``ask`` enters by HTTP; ``sql`` looks or meddles behind its back."""

    app: Starlette
    http: httpx2.AsyncClient
    database_url: str
    behind: Behind

    async def ask(self, person: Person | None, document: str, **variables: Any) -> Answer:
        """Send an operation as ``person``, or as nobody."""
        headers = {} if person is None else {"Authorization": f"Bearer {person.token()}"}
        body = {"query": document, "variables": variables}
        response = await self.http.post("/graphql", json=body, headers=headers)
        return Answer(response.status_code, response.json())

    async def sql(self, statement: str, *arguments: Any) -> list[asyncpg.Record]:
        """Look into the database, or change it, past the service."""
        return await self.behind.fetch(statement, *arguments)

    async def deliver(self, user_id: UUID, event_id: UUID | None = None) -> int:
        """Deliver the event that an account was deleted; the status."""
        event = {
            "id": str(event_id or uuid4()),
            "type": "account.deleted",
            "userId": str(user_id),
            "occurredAt": datetime.now(UTC).isoformat(),
        }
        return (await self.http.post("/internal/events", json=event)).status_code

    async def tell(self, person: Person, version: int = 1, **changes: Any) -> int:
        """Deliver how an account stands, as its token says or changed; the status."""
        event = {
            "id": str(uuid4()),
            "type": "account.changed",
            "userId": str(person.id),
            "version": version,
            "role": person.role,
            "isVerified": person.verified,
            "occurredAt": datetime.now(UTC).isoformat(),
        } | changes
        return (await self.http.post("/internal/events", json=event)).status_code

    async def invite(
        self, owner: Person, place_id: UUID, partner: Person, role: str = "STAFF"
    ) -> Answer:
        """Invite a partner into a place, who is known to exist."""
        await self.tell(partner)
        who = {"placeId": str(place_id), "userId": str(partner.id), "role": role}
        return await self.ask(owner, LINK, **who)

    async def link(
        self, owner: Person, place_id: UUID, partner: Person, role: str = "STAFF"
    ) -> str:
        """Invite a partner, who accepts; the partnership's id."""
        invited = await self.invite(owner, place_id, partner, role)
        made = invited.data["linkPartner"]["id"]
        assert (await self.ask(partner, ACCEPT, id=made)).codes == []
        return str(made)

    async def open_place(self, owner: Person, **changes: Any) -> UUID:
        """A place of ``owner``."""
        answer = await self.ask(owner, CREATE_PLACE, input=place_input(**changes))
        return UUID(answer.data["createPlace"]["id"])

    async def draft_offer(self, partner: Person, place_id: UUID, **changes: Any) -> UUID:
        """A draft; its window is from one to three hours from now."""
        answer = await self.ask(partner, CREATE_OFFER, input=offer_input(place_id, **changes))
        return UUID(answer.data["createOffer"]["id"])

    async def publish_offer(self, partner: Person, place_id: UUID, **changes: Any) -> UUID:
        """A published offer."""
        offer_id = await self.draft_offer(partner, place_id, **changes)
        assert (await self.set_status(partner, offer_id, "ACTIVE")).codes == []
        return offer_id

    async def set_status(self, partner: Person, offer_id: UUID, status: str) -> Answer:
        """Put an offer into a status."""
        return await self.ask(partner, SET_STATUS, id=str(offer_id), status=status)

    async def reserve(
        self,
        customer: Person | None,
        offer_id: UUID,
        quantity: int = 1,
        key: str | None = None,
        **more: Any,
    ) -> Answer:
        """Reserve portions."""
        wish = {"offerId": str(offer_id), "quantity": quantity, "key": key or uuid4().hex}
        return await self.ask(customer, RESERVE, **wish, **more)

    async def hold(self, customer: Person, offer_id: UUID, quantity: int = 1) -> Held:
        """A reservation that was made."""
        made = (await self.reserve(customer, offer_id, quantity)).data["reserveOffer"]
        return Held(UUID(made["id"]), made["pickupCode"])

    async def shift(self, by: timedelta, *offer_ids: UUID) -> None:
        """Move the windows of offers and of their reservations in time."""
        for table, key in (("offers", "id"), ("reservations", "offer_id")):
            await self.sql(
                f"UPDATE {table} SET pickup_start = pickup_start + $1,"
                f" pickup_end = pickup_end + $1 WHERE {key} = ANY($2)",
                by,
                list(offer_ids),
            )

    async def age(self, by: timedelta, *reservation_ids: UUID) -> None:
        """Let reservations have been made earlier."""
        await self.sql(
            "UPDATE reservations SET created_at = created_at - $1::interval WHERE id = ANY($2)",
            by,
            list(reservation_ids),
        )

    async def stock(self, offer_id: UUID) -> tuple[int, int]:
        """(available, total) of an offer."""
        rows = await self.sql(
            "SELECT quantity_available, quantity_total FROM offers WHERE id = $1", offer_id
        )
        return rows[0][0], rows[0][1]

    async def statuses(self, offer_id: UUID) -> list[str]:
        """The statuses of an offer's reservations, in the order they were made."""
        rows = await self.sql(
            "SELECT status FROM reservations WHERE offer_id = $1 ORDER BY created_at", offer_id
        )
        return [row["status"] for row in rows]

    async def letters(self, person: Person) -> list[tuple[str, dict[str, Any]]]:
        """What waits to be written to a person: names and facts, oldest first."""
        rows = await self.sql(
            "SELECT payload FROM outbox WHERE subject = $1 ORDER BY created_at", person.id
        )
        events = [json.loads(row["payload"]) for row in rows]
        return [(event["letter"], event["facts"]) for event in events]


@dataclass(frozen=True, slots=True)
class Held:
    """A reservation and its code."""

    id: UUID
    code: str


def place_input(**changes: Any) -> dict[str, Any]:
    """What makes a place."""
    given: dict[str, Any] = {
        "name": "Corner Bakery",
        "address": "Main Street 1",
        "latitude": 52.52,
        "longitude": 13.405,
        "timeZone": "Europe/Berlin",
        "currency": "EUR",
    }
    return given | changes


def offer_input(place_id: UUID, **changes: Any) -> dict[str, Any]:
    """The input of createOffer: ten loaves from one to three hours from now."""
    now = datetime.now(UTC)
    return {
        "placeId": str(place_id),
        "title": "Yesterday's bread",
        "price": "2.50",
        "originalPrice": "5.00",
        "quantityTotal": 10,
        "pickupStart": (now + HOUR).isoformat(),
        "pickupEnd": (now + 3 * HOUR).isoformat(),
    } | changes


def settings_for(database_url: str, **changes: Any) -> CatalogSettings:
    """Settings of a catalog under test: HS256, a gateway key, quick background work."""
    given: dict[str, Any] = {
        "database_url": SecretStr(database_url),
        "jwt_secret": SecretStr(SECRET),
        "jwt_issuer": ISSUER,
        "gateway_key": SecretStr(GATEWAY_KEY),
        "auth_service_url": "http://127.0.0.1:9",  # nobody there
        "database_timeout_seconds": 60.0,  # tests share the machine
        "max_wait_seconds": 60.0,
        "reservations_per_customer": 1000,  # tests of limits set their own
        "cancellations_per_hour": 1000,
        "invitations_per_hour": 1000,
        "invitations_per_address": 1000,
        "image_store": f"file:{IMAGES}",
        "views_every_seconds": 600.0,
        "expire_every_seconds": 600.0,
        "schedules_every_seconds": 600.0,
        "remind_every_seconds": 600.0,
        "partners_every_seconds": 600.0,
    }
    return CatalogSettings(_env_file=None, **(given | changes))


@asynccontextmanager
async def running_catalog(database_url: str, **changes: Any) -> AsyncIterator[Catalog]:
    """The app within its lifespan, reached without sockets."""
    app = create_app(settings_for(database_url, **changes))
    async with (
        app.router.lifespan_context(app),
        opened_behind(database_url) as behind,
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app),
            base_url="http://catalog.test",
            headers={"X-Gateway-Key": GATEWAY_KEY},
            timeout=120,
        ) as http,
    ):
        yield Catalog(app, http, database_url, behind)


def ids(connection: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """The ids of a connection's nodes."""
    return [edge["node"]["id"] for edge in connection["edges"]]


CREATE_PLACE = "mutation($input: CreatePlaceInput!) { createPlace(input: $input) { id } }"
CREATE_OFFER = "mutation($input: CreateOfferInput!) { createOffer(input: $input) { id status } }"
CLOSE_PLACE = "mutation($id: UUID!) { closePlace(id: $id) { id } }"
UPDATE_OFFER = """mutation($id: UUID!, $input: UpdateOfferInput!) {
  updateOffer(id: $id, input: $input) {
    id title quantityTotal quantityAvailable pickupStart pickupEnd allergens tags
  }
}"""
SET_STATUS = """mutation($id: UUID!, $status: OfferStatus!) {
  setOfferStatus(id: $id, status: $status) { id status availability }
}"""
DELETE_OFFER = "mutation($id: UUID!) { deleteOffer(id: $id) }"
RESERVE = """mutation($offerId: UUID!, $quantity: Int!, $key: String!, $price: Decimal) {
  reserveOffer(
    offerId: $offerId, quantity: $quantity, idempotencyKey: $key, expectedPrice: $price
  ) {
    id status quantity pickupCode
  }
}"""
CANCEL = """mutation($id: UUID!, $reason: String) {
  cancelReservation(id: $id, reason: $reason) { id status cancelReason }
}"""
CHANGE = """mutation($id: UUID!, $quantity: Int!) {
  changeReservation(id: $id, quantity: $quantity) { id quantity totalPrice { amount } }
}"""
CONFIRM = """mutation($placeId: UUID!, $code: String, $id: UUID) {
  confirmPickup(placeId: $placeId, pickupCode: $code, reservationId: $id) { id status }
}"""
LINK = """mutation($placeId: UUID!, $userId: UUID!, $role: PartnershipRole!) {
  linkPartner(placeId: $placeId, userId: $userId, role: $role) { id role isActive status }
}"""
ACCEPT = "mutation($id: UUID!) { acceptPartnership(id: $id) { id role isActive status } }"
UPDATE_PARTNERSHIP = """mutation($id: UUID!, $role: PartnershipRole, $isActive: Boolean) {
  updatePartnership(id: $id, role: $role, isActive: $isActive) { id role isActive status }
}"""
OFFER = "query($id: UUID!) { offer(id: $id) { id title status availability quantityAvailable } }"
ENTITIES = """query($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on Offer { id } ... on Place { id } ... on Reservation { id } ... on Partnership { id }
} }"""
