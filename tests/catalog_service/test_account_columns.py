"""Erasing an account covers every column that holds its id, whatever columns there will be."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Column, Uuid

from catalog_service.models.tables import metadata
from tests.catalog_service.kit import CONFIRM, OFFER, Catalog, Person, place_input
from tests.catalog_service.moderating import CLOSE, REPORT

OTHER_IDS: Final = {"id", "offer_id", "place_id"}
"""Names of columns that hold ids of something else, where no foreign key says so."""

SELL: Final = (
    'mutation($id: UUID!) { sellAtCounter(offerId: $id, quantity: 1, idempotencyKey: "a") { id } }'
)

STAYS: Final = {
    ("erased_users", "user_id"): "remembers that the account is gone",
    ("partnerships", "partner_user_id"): "ended, and shown to nobody but the place's owners",
    ("audit_log", "actor_id"): "who did what must be told also when they are gone",
    ("audit_log", "target_id"): "and to whom",
    ("outbox", "payload"): "an act on its way to the audit log; gone when it is delivered",
}


NOT_TAKEN_ALONG: Final = {
    ("erased_users", "user_id"): "the account is gone by then",
    ("account_standings", "user_id"): "what the auth service told, whose part of the export has it",
    ("outbox", "subject"): "on its way, and emptied when it arrived",
    ("reservations", "ended_by"): "the customer's",
    ("reports", "closed_by"): "the reporter's",
    ("partnerships", "invited_by"): "the invited's",
    ("creations", "user_id"): "keys of retries; what was made stands in the export by itself",
    ("audit_log", "actor_id"): "for who judges what was done",
    ("audit_log", "target_id"): "likewise",
}
"""Columns whose rows are not in the export of the account that they name."""

CREATE_PLACE_ONCE: Final = """mutation($input: CreatePlaceInput!, $key: String) {
  createPlace(input: $input, idempotencyKey: $key) { id } }"""
EXPORT: Final = (
    "query($r: [_Any!]!) { _entities(representations: $r) { ... on DataExport { catalog } } }"
)


def holds_accounts(column: Column[object]) -> bool:
    """Whether a column may hold an account's id: any UUID that is not known to be another's."""
    return (
        isinstance(column.type, Uuid) and not column.foreign_keys and column.name not in OTHER_IDS
    )


ACCOUNT_COLUMNS: Final = {
    (table.name, column.name)
    for table in metadata.tables.values()
    for column in table.columns
    if holds_accounts(column)
}


async def where_it_stands(catalog: Catalog, user_id: UUID) -> set[tuple[str, str]]:
    """Every column of every table whose text names the account."""
    return {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if await catalog.sql(
            f'SELECT 1 FROM {table.name} WHERE CAST("{column.name}" AS text) LIKE $1 LIMIT 1',
            f"%{user_id}%",
        )
    }


async def exported(catalog: Catalog, person: Person) -> str:
    mine = {"__typename": "DataExport", "userId": str(person.id)}
    (found,) = (await catalog.ask(person, EXPORT, r=[mine])).data["_entities"]
    return str(found["catalog"])


async def test_no_column_keeps_an_erased_account(catalog: Catalog, owner: Person) -> None:
    """A new column is empty here at first, and this fails until it is filled and erased.

    Before that, what names an account stands in its export, or is known not to.
    """
    customer, admin, staff = Person(), Person("admin"), Person("partner")
    both = (owner, customer, admin, staff)
    place = await catalog.open_place(owner)
    again = {"input": place_input(), "key": "a"}
    assert (await catalog.ask(owner, CREATE_PLACE_ONCE, **again)).codes == []
    offer = await catalog.publish_offer(owner, place)
    for person in (owner, customer):
        await catalog.sql(
            """INSERT INTO invitations (id, place_id, role, address_digest, token_hash, expires_at,
                invited_by, answered_by)
            VALUES (gen_random_uuid(), $1, 'STAFF', $2, $2, now(), $3, $3)""",
            place,
            person.id.bytes,
            person.id,
        )
    withdrawn = await catalog.publish_offer(owner, place)
    await catalog.hold(customer, withdrawn)
    await catalog.set_status(owner, withdrawn, "CANCELLED")  # of which the customer is told
    await catalog.ask(customer, OFFER, id=str(offer))
    assert (await catalog.ask(owner, SELL, id=str(offer))).codes == []
    held = await catalog.hold(customer, offer)
    await catalog.shift(timedelta(minutes=-90), offer)
    assert (await catalog.ask(owner, CONFIRM, placeId=str(place), code=held.code)).codes == []
    reported = await catalog.ask(customer, REPORT, id=str(offer), reason="OTHER", text="")
    report = reported.data["reportOffer"]["id"]
    assert (await catalog.ask(admin, CLOSE, id=report, how="Seen.")).codes == []
    await catalog.link(owner, place, staff)
    await catalog.invite(owner, place, Person("partner"))
    for person in both:
        await catalog.tell(person)
    filled = {column for person in both for column in await where_it_stands(catalog, person.id)}
    assert filled - {("outbox", "payload")} == ACCOUNT_COLUMNS - {("erased_users", "user_id")}

    for person in both:
        taken_along = await exported(catalog, person)
        for table, column in ACCOUNT_COLUMNS - set(NOT_TAKEN_ALONG):
            rows = await catalog.sql(f"SELECT id FROM {table} WHERE {column} = $1", person.id)
            assert [row["id"] for row in rows if str(row["id"]) not in taken_along] == []
        assert not any(str(other.id) in taken_along for other in both)

    for person in both:
        assert await catalog.deliver(person.id) == 204
    left = {column for person in both for column in await where_it_stands(catalog, person.id)}
    assert left == set(STAYS)
    assert await catalog.sql("SELECT 1 FROM partnerships WHERE is_active") == []
