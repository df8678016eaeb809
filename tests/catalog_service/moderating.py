"""What admins and customers do in the tests of moderation, and what is seen of it."""

from __future__ import annotations

import json
from uuid import UUID

from tests.catalog_service.kit import Catalog, Person, ids

WHY = "Sold what was spoilt."
TAKE_DOWN = (
    "mutation($id: UUID!, $why: String!) { takeDownOffer(id: $id, reason: $why) { status } }"
)
RESTORE = "mutation($id: UUID!, $why: String!) { restoreOffer(id: $id, reason: $why) { status } }"
CLOSE_DOWN = "mutation($id: UUID!, $why: String!) { takeDownPlace(id: $id, reason: $why) { id } }"
REOPEN = "mutation($id: UUID!, $why: String!) { restorePlace(id: $id, reason: $why) { id } }"
REPORT = """mutation($id: UUID!, $reason: ReportReason!, $text: String!) {
  reportOffer(offerId: $id, reason: $reason, text: $text) { id reason text closedAt } }"""
REPORTS = """query($open: Boolean, $offer: UUID) { reports(isOpen: $open, offerId: $offer) { edges {
  node { id reason text resolution offer { id title } place { name } reporter { id }
    closedBy { id } } } } }"""
CLOSE = """mutation($id: UUID!, $how: String!) {
  closeReport(id: $id, resolution: $how) { resolution closedAt } }"""
COPY = """mutation($id: UUID!, $input: CopyOfferInput!) {
  copyOffer(id: $id, input: $input) { id } }"""
LISTED = "{ offers { edges { node { id } } } places { edges { node { id } } } }"
MINE = "{ myPlaces { edges { node { id } } } }"
TAKEDOWN = "query($id: UUID!) { offer(id: $id) { status takedown { reason } } }"


async def listed(catalog: Catalog) -> tuple[set[str], set[str]]:
    """The offers and places that everybody sees."""
    found = (await catalog.ask(None, LISTED)).data
    return set(ids(found["offers"])), set(ids(found["places"]))


async def letters(catalog: Catalog, person: Person) -> list[tuple[str, str | None]]:
    """What a person is written: letters and reasons."""
    return [(name, facts.get("reason")) for name, facts in await catalog.letters(person)]


async def acts(catalog: Catalog, target: object) -> list[tuple[str, str | None]]:
    """What the log has of a target, and what the auth service will be told: the same."""
    rows = await catalog.sql(
        "SELECT id, action, reason FROM audit_log WHERE target_id = $1 ORDER BY created_at",
        UUID(str(target)),
    )
    for row in rows:
        (told,) = await catalog.sql("SELECT payload FROM outbox WHERE id = $1", row["id"])
        event = json.loads(told["payload"])
        assert (event["type"], event["action"]) == ("audit.recorded", row["action"])
    return [(row["action"], row["reason"]) for row in rows]
