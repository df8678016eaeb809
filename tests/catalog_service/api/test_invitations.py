"""Invitations by mail, where the catalog alone decides; tests/e2e lives them with mail."""

from __future__ import annotations

import asyncio
import json
from uuid import UUID

from tests.catalog_service.kit import CLOSE_PLACE, Catalog, Person, running_catalog

INVITE = """mutation($place: UUID!, $email: String!) {
  invitePartner(placeId: $place, email: $email, role: STAFF) { id }
}"""
ACCEPT = "mutation($token: String!) { acceptInvitation(token: $token) { id role isActive } }"


async def token_of_last(catalog: Catalog) -> str:
    rows = await catalog.sql(
        """SELECT payload FROM outbox WHERE payload ->> 'token' IS NOT NULL
        ORDER BY created_at DESC LIMIT 1"""
    )
    return str(json.loads(rows[0][0])["token"])


async def test_a_token_is_accepted_by_one_of_many(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    invited = await catalog.ask(owner, INVITE, place=str(place), email="a@b.example")
    assert invited.codes == []
    token = await token_of_last(catalog)
    partners = [Person("partner") for _ in range(8)]
    answers = await asyncio.gather(*(catalog.ask(each, ACCEPT, token=token) for each in partners))
    assert sorted(code for answer in answers for code in answer.codes) == ["CONFLICT"] * 7
    active = await catalog.sql("SELECT 1 FROM partnerships WHERE role = 'STAFF' AND is_active")
    assert len(active) == 1


async def test_an_expired_one_is_refused(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    await catalog.ask(owner, INVITE, place=str(place), email="a@b.example")
    token = await token_of_last(catalog)
    await catalog.sql("UPDATE invitations SET expires_at = now()")
    assert (await catalog.ask(Person("partner"), ACCEPT, token=token)).codes == ["CONFLICT"]
    unverified = Person("partner", verified=False)
    refused = await catalog.ask(unverified, ACCEPT, token=token)
    assert refused.codes == ["EMAIL_NOT_VERIFIED"]


async def test_the_database_keeps_no_token_and_no_address(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    await catalog.ask(owner, INVITE, place=str(place), email="canary@b.example")
    token = await token_of_last(catalog)
    kept = str(await catalog.sql("SELECT * FROM invitations"))
    assert token not in kept
    assert "canary" not in kept


CANCEL = "mutation($id: UUID!) { cancelInvitation(id: $id) { status } }"


async def test_the_mail_of_a_withdrawn_one_is_not_wanted_any_more(
    catalog: Catalog, owner: Person
) -> None:
    """It may wait for a mail server; made twice, it is the last that waits or was sent."""
    place = await catalog.open_place(owner)
    for _ in range(2):
        invited = await catalog.ask(owner, INVITE, place=str(place), email="a@b.example")
    for _ in range(2):
        cancelled = await catalog.ask(owner, CANCEL, id=invited.data["invitePartner"]["id"])
        assert cancelled.codes == []
    rows = await catalog.sql("SELECT payload FROM outbox ORDER BY created_at")
    events = [json.loads(row["payload"]) for row in rows]
    mails = [each["id"] for each in events if each["type"] == "partner.invited"]
    withdrawn = [each["mailId"] for each in events if each["type"] == "mail.withdrawn"]
    assert len(mails) == 2
    assert withdrawn == mails[1:]


async def test_what_is_refused_keeps_nobody_else_from_inviting(
    database_url: str, owner: Person, stranger: Person
) -> None:
    async with running_catalog(database_url, invitations_per_address=2) as catalog:
        place = str(await catalog.open_place(owner))
        given = {"place": place, "email": "a@b.example"}
        codes = [(await catalog.ask(stranger, INVITE, **given)).codes for _ in range(3)]
        assert codes == [["NOT_FOUND"]] * 3
        assert (await catalog.ask(owner, INVITE, **given)).codes == []


async def test_an_address_that_reads_as_another_is_none(catalog: Catalog, owner: Person) -> None:
    place = str(await catalog.open_place(owner))
    for address in ("=?utf-8?q?a=40evil.example?=@b.example", "＝？utf-8？q？a？＝@b.example", "b"):
        answer = await catalog.ask(owner, INVITE, place=place, email=address)
        assert answer.codes == ["BAD_USER_INPUT"]
    assert (await catalog.ask(owner, INVITE, place=place, email="a=b?c@b.example")).codes == []


async def test_so_many_are_sent_and_no_more(database_url: str, owner: Person) -> None:
    limits = {"invitations_per_hour": 5, "invitations_per_address": 2}
    async with running_catalog(database_url, **limits) as catalog:
        place = str(await catalog.open_place(owner))
        codes = []
        for email in ["a@b.example", "A@b.example", "a@B.example", "b@b.example", "c@b.example"]:
            codes += (await catalog.ask(owner, INVITE, place=place, email=email)).codes or ["ok"]
        codes += (await catalog.ask(owner, INVITE, place=place, email="d@b.example")).codes
    assert codes == ["ok", "ok", "RATE_LIMITED", "ok", "ok", "RATE_LIMITED"]


async def test_of_many_that_wait_the_newest_hundred_are_shown(
    catalog: Catalog, owner: Person
) -> None:
    """So many as no list of a place holds are a few requests of somebody who asks for that."""
    places = [await catalog.open_place(owner) for _ in range(2)]
    for place in places:
        await catalog.sql(
            """INSERT INTO invitations
                (id, place_id, role, address_digest, token_hash, expires_at, created_at, invited_by)
            SELECT gen_random_uuid(), $1, 'STAFF', uuid_send(gen_random_uuid()),
                uuid_send(gen_random_uuid()), now() + interval '1 day',
                now() - make_interval(mins => n), $2
            FROM generate_series(1, 101) AS n""",
            place,
            owner.id,
        )
    document = "{ myPlaces { edges { node { id invitations { id createdAt } } } } }"
    found = (await catalog.ask(owner, document)).data["myPlaces"]["edges"]
    for place in found:
        shown = place["node"]["invitations"]
        newest = await catalog.sql(
            "SELECT id FROM invitations WHERE place_id = $1 ORDER BY created_at DESC LIMIT 100",
            UUID(place["node"]["id"]),
        )
        assert [each["id"] for each in shown] == [str(row["id"]) for row in newest]
    withdrawn = found[0]["node"]["invitations"][0]["id"]
    assert (await catalog.ask(owner, CANCEL, id=withdrawn)).codes == []
    again = (await catalog.ask(owner, document)).data["myPlaces"]["edges"]
    assert len(again[0]["node"]["invitations"]) == 100


async def test_owners_see_who_invited_last(catalog: Catalog, owner: Person, admin: Person) -> None:
    place = await catalog.open_place(owner)
    second, helper = Person("partner"), Person("partner")
    await catalog.link(owner, place, second, "OWNER")
    await catalog.link(owner, place, helper, "MANAGER")
    await catalog.tell(second, version=2, displayName="Ben")
    for person in (owner, second):
        await catalog.ask(person, INVITE, place=str(place), email="a@b.example")
    waiting = """query($id: UUID!) { place(id: $id) { invitations {
      invitedBy { id } invitedByName } } }"""
    for person in (owner, admin):
        shown = (await catalog.ask(person, waiting, id=str(place))).data["place"]["invitations"]
        assert shown == [{"invitedBy": {"id": str(second.id)}, "invitedByName": "Ben"}]
    assert (await catalog.ask(helper, waiting, id=str(place))).codes == ["NOT_FOUND"]
    await catalog.deliver(second.id)
    shown = (await catalog.ask(owner, waiting, id=str(place))).data["place"]["invitations"]
    assert shown == [{"invitedBy": None, "invitedByName": None}]


async def test_nobody_is_invited_into_a_place_that_closed(catalog: Catalog, owner: Person) -> None:
    """A mail that still waits would have a dead link."""
    place = await catalog.open_place(owner)
    other = await catalog.open_place(owner)
    for where, email in ((place, "a@b.example"), (place, "c@b.example"), (other, "a@b.example")):
        await catalog.ask(owner, INVITE, place=str(where), email=email)
    assert (await catalog.ask(owner, CLOSE_PLACE, id=str(place))).codes == []
    rows = await catalog.sql("SELECT payload FROM outbox ORDER BY created_at")
    events = [json.loads(row["payload"]) for row in rows]
    mails = [each["id"] for each in events if each["type"] == "partner.invited"]
    withdrawn = [each["mailId"] for each in events if each["type"] == "mail.withdrawn"]
    assert sorted(withdrawn) == sorted(mails[:2])
    statuses = await catalog.sql("SELECT status FROM invitations WHERE place_id = $1", place)
    assert {row["status"] for row in statuses} == {"CANCELLED"}


async def test_auth_asks_which_are_of_places_that_an_account_owns(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place = await catalog.open_place(owner)
    second, helper = Person("partner"), Person("partner")
    await catalog.link(owner, place, second, "OWNER")
    await catalog.link(owner, place, helper, "MANAGER")
    made = await catalog.ask(owner, INVITE, place=str(place), email="a@b.example")
    invitation = made.data["invitePartner"]["id"]

    async def told(person: Person, *ids: str) -> tuple[int, list[str]]:
        body = {"userId": str(person.id), "ids": ids}
        answer = await catalog.http.post("/internal/invitations", json=body)
        return answer.status_code, answer.json().get("ids", [])

    for person in (owner, second):
        assert await told(person, invitation, str(place)) == (200, [invitation])
    for person in (helper, stranger):
        assert await told(person, invitation) == (200, [])
    await catalog.tell(second, 2, role="user")
    assert await told(second, invitation) == (200, [])
    assert await told(owner, *[str(place)] * 101) == (400, [])
    assert await told(owner, "x") == (400, [])
    keyless = await catalog.http.post(
        "/internal/invitations", json={}, headers={"X-Gateway-Key": "nobody's"}
    )
    assert keyless.status_code == 401
