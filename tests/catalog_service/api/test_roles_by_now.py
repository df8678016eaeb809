"""A read goes by the role that an account has by now, as writes do, whatever its token says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from catalog_service.domain.actors import Role
from tests.catalog_service.kit import (
    CONFIRM,
    CREATE_OFFER,
    CREATE_PLACE,
    OFFER,
    Answer,
    Catalog,
    Person,
    ids,
    offer_input,
    place_input,
)
from tests.catalog_service.moderating import MINE, REPORTS, TAKE_DOWN, TAKEDOWN, WHY

NOBODY_S = "00000000-0000-0000-0000-000000000000"
AT_PLACE = """{ takedown { reason } reservations { edges { node { id customerName } } }
  schedules { edges { node { id } } } activePartnerships { edges { node { partnerName } } }
  invitedPartnerships { edges { node { id } } } invitations { id } partnerships { partnerName }
  stats { views byProduct { title } byHour { hour } revenue { amount } }
  offers(filter: {status: [DRAFT]}) { edges { node { id } } } }"""
PLACE = f"query($id: UUID!) {{ place(id: $id) {AT_PLACE} }}"
OPEN = f"mutation($input: CreatePlaceInput!) {{ createPlace(input: $input) {AT_PLACE} }}"
OF_OFFER = """query($id: UUID!) { offer(id: $id) { status takedown { reason } stats { views }
  reservations { edges { node { id customerName customerNoShows endedByName endedBy { id } } } }
  } }"""
RESERVATION = "query($id: UUID!) { reservation(id: $id) { id customerName } }"
DRAFTS = "{ offers(filter: {status: [DRAFT]}) { edges { node { id } } } }"
SCHEDULE = "query($id: UUID!) { schedule(id: $id) { id } }"
UPLOAD = "mutation($id: UUID!) { createImageUpload(placeId: $id) { maxBytes } }"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Role.USER, Role.PARTNER),
        (Role.USER, Role.ADMIN),
        (Role.PARTNER, Role.ADMIN),
        (Role.PARTNER, Role.USER),
        (Role.ADMIN, Role.PARTNER),
        (Role.ADMIN, Role.USER),
    ],
)
async def test_a_token_of_before_is_answered_as_one_of_now(
    catalog: Catalog, owner: Person, customer: Person, before: Role, after: Role
) -> None:
    """Refused where a new one is, in the same words, and shown what that one is shown."""
    place = await catalog.open_place(owner)
    draft = await catalog.draft_offer(owner, place)
    offer = await catalog.publish_offer(owner, place)
    held = await catalog.hold(customer, offer)
    token = Person(before)
    if before is Role.PARTNER:
        await catalog.link(owner, place, token, "OWNER")
    await catalog.tell(token, version=2, role=after.value)
    if after is Role.PARTNER:
        await catalog.link(owner, place, token, "OWNER")
    for document, variables in documents(place, draft, offer, held.id):
        told = await catalog.ask(token, document, **variables)
        expected = await catalog.ask(replace(token, role=after), document, **variables)
        assert in_order(told) == in_order(expected), document


def in_order(answer: Answer) -> tuple[Any, list[dict[str, Any]]]:
    """Fields are answered side by side: whose error comes first is nobody's promise."""
    return answer.body["data"], sorted(answer.errors, key=lambda error: str(error["path"]))


def documents(
    place: UUID, draft: UUID, offer: UUID, held: UUID
) -> list[tuple[str, dict[str, Any]]]:
    return [
        (MINE, {}),
        ("{ myStats { views } }", {}),
        (DRAFTS, {}),
        (REPORTS, {}),
        (PLACE, {"id": str(place)}),
        (OFFER, {"id": str(draft)}),
        (OF_OFFER, {"id": str(offer)}),
        (RESERVATION, {"id": str(held)}),
        (SCHEDULE, {"id": NOBODY_S}),
        (UPLOAD, {"id": str(place)}),
        (CONFIRM, {"placeId": str(place), "code": "ZZZZZZ"}),
    ]


async def test_who_just_became_a_partner_sees_what_they_make(catalog: Catalog) -> None:
    newcomer = Person()
    assert (await catalog.ask(newcomer, CREATE_PLACE, input=place_input())).codes == ["FORBIDDEN"]
    assert (await catalog.ask(newcomer, MINE)).codes == ["FORBIDDEN"]
    await catalog.tell(newcomer, version=2, role="partner", displayName="Ada")
    made = (await catalog.ask(newcomer, OPEN, input=place_input())).data["createPlace"]
    assert made["activePartnerships"]["edges"] == [{"node": {"partnerName": "Ada"}}]
    assert made["partnerships"] == [{"partnerName": "Ada"}]
    (place,) = ids((await catalog.ask(newcomer, MINE)).data["myPlaces"])
    draft = (await catalog.ask(newcomer, CREATE_OFFER, input=offer_input(UUID(place)))).data
    drafted = draft["createOffer"]["id"]
    assert (await catalog.ask(newcomer, OFFER, id=drafted)).data["offer"]["status"] == "DRAFT"
    assert ids((await catalog.ask(newcomer, DRAFTS)).data["offers"]) == [drafted]
    seen = (await catalog.ask(newcomer, PLACE, id=place)).data["place"]
    assert ids(seen["offers"]) == [drafted]


async def test_a_partner_who_is_none_any_more_is_told_so(
    catalog: Catalog, owner: Person, admin: Person
) -> None:
    """Instead of a list of no places."""
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place)
    await catalog.ask(admin, TAKE_DOWN, id=str(offer), why=WHY)
    shown = (await catalog.ask(owner, TAKEDOWN, id=str(offer))).data["offer"]
    assert shown["takedown"] == {"reason": WHY}
    await catalog.tell(owner, version=2, role="user")
    assert (await catalog.ask(owner, MINE)).codes == ["FORBIDDEN"]
    assert (await catalog.ask(owner, "{ myStats { views } }")).codes == ["FORBIDDEN"]
    assert set((await catalog.ask(owner, PLACE, id=str(place))).codes) == {"FORBIDDEN"}
