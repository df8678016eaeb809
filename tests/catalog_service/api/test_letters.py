"""What customers are written about their reservations: the facts, once, to whom they concern."""

from __future__ import annotations

from datetime import datetime

from tests.catalog_service.kit import DELETE_OFFER, UPDATE_OFFER, Catalog, Person

CLOSE = "mutation($id: UUID!, $why: String) { closePlace(id: $id, reason: $why) { id } }"
CANCEL_OFFER = """mutation($id: UUID!, $why: String) {
  setOfferStatus(id: $id, status: CANCELLED, reason: $why) { id } }"""
MOVE = """mutation($id: UUID!, $input: UpdatePlaceInput!, $why: String) {
  updatePlace(id: $id, input: $input, reason: $why) { id } }"""


async def test_a_reservation_is_confirmed_once(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner, name="Mill", timeZone="America/New_York")
    offer = await catalog.publish_offer(owner, place, title="Rye")
    for _ in range(2):  # a retry, too
        made = await catalog.reserve(customer, offer, 3, "key")
    assert (await catalog.reserve(customer, offer, 1, "key")).codes == ["CONFLICT"]
    ((name, facts),) = await catalog.letters(customer)
    assert name == "reservation_made"
    assert facts["pickupCode"] == made.data["reserveOffer"]["pickupCode"]
    assert (facts["quantity"], facts["offer"], facts["place"]) == (3, "Rye", "Mill")
    assert (facts["total"], facts["currency"]) == ("7.50", "EUR")
    assert facts["timeZone"] == "America/New_York"
    assert datetime.fromisoformat(facts["pickupStart"]).utcoffset() is not None


async def test_the_reason_reaches_who_held(catalog: Catalog, owner: Person) -> None:
    for document, expected in (
        (CLOSE, "place_closed"),
        (CANCEL_OFFER, "reservation_cancelled"),
        (DELETE_OFFER.replace("$id: UUID!", "$id: UUID!, $why: String").replace(
            "id: $id", "id: $id, reason: $why"), "reservation_cancelled"),
    ):  # fmt: skip
        place = await catalog.open_place(owner)
        offer = await catalog.publish_offer(owner, place)
        customer = Person()
        held = await catalog.hold(customer, offer)
        target = place if document is CLOSE else offer
        long = await catalog.ask(owner, document, id=str(target), why="x" * 501)
        assert long.violations == [("reason", "TOO_LONG")]
        done = await catalog.ask(owner, document, id=str(target), why="The oven broke.")
        assert done.codes == []
        (_, (name, facts)) = await catalog.letters(customer)
        assert (name, facts["reason"]) == (expected, "The oven broke.")
        kept = await catalog.sql("SELECT cancel_reason FROM reservations WHERE id = $1", held.id)
        assert kept[0]["cancel_reason"] == "The oven broke."


COUNTING = (
    "CREATE SEQUENCE inserts START 1",
    """CREATE FUNCTION count_insert() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM nextval('inserts'); RETURN NULL; END $$""",
    """CREATE TRIGGER count_insert AFTER INSERT ON outbox
    FOR EACH STATEMENT EXECUTE FUNCTION count_insert()""",
)
"""How many statements the server runs: a driver sends one for each row of what it is given once."""


async def test_all_who_held_are_written_to_at_once(own_catalog: Catalog, owner: Person) -> None:
    """Five thousand letters put into the outbox one by one would hold the offer for seconds."""
    catalog = own_catalog
    for statement in COUNTING:
        await catalog.sql(statement)
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    customers = [Person() for _ in range(3)]
    for customer in customers:
        await catalog.hold(customer, offer)
    remind = (
        "INSERT INTO reminders (reservation_id, kind) SELECT id, 'pickup_soon' FROM reservations"
    )
    await catalog.sql(remind)
    ((before,),) = await catalog.sql("SELECT nextval('inserts')")
    assert (await catalog.ask(owner, CANCEL_OFFER, id=str(offer), why=None)).codes == []
    ((after,),) = await catalog.sql("SELECT nextval('inserts')")
    # the letters, the reminders that are withdrawn, and the entry for the audit log
    assert after - before - 1 == 3
    withdrawn = await catalog.sql(
        "SELECT payload->>'mailId' FROM outbox WHERE payload->>'type' = 'mail.withdrawn'"
    )
    asked_for = await catalog.sql("SELECT CAST(id AS text) FROM reminders")
    assert sorted(withdrawn) == sorted(asked_for)
    for customer in customers:
        _, (name, _) = await catalog.letters(customer)
        assert name == "reservation_cancelled"


async def test_what_changes_for_who_reserved(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place, allergens=["MILK"])
    customer, gone = Person(), Person()
    await catalog.hold(customer, offer)
    given = {"allergens": ["MILK", "SESAME", "EGGS"]}
    await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input=given)
    await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input={"title": "Dark rye"})
    moved = {"address": "2 Mill Lane"}
    await catalog.ask(owner, MOVE, id=str(place), input=moved, why="The roof leaks.")
    await catalog.ask(owner, MOVE, id=str(place), input={"description": "New."}, why=None)
    _, (first, added), (second, to) = await catalog.letters(customer)
    assert (first, added["addedAllergens"]) == ("reservation_changed", "EGGS, SESAME")
    assert (second, to["newAddress"]) == ("reservation_changed", "2 Mill Lane")
    assert (to["address"], to["reason"]) == ("Main Street 1", "The roof leaks.")
    assert await catalog.letters(gone) == []
