"""Handing over: the code, the window, and those who guess."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from tests.catalog_service.kit import CANCEL, CONFIRM, HOUR, Catalog, Held, Person


async def ready(catalog: Catalog, owner: Person, customer: Person) -> tuple[UUID, UUID, Held]:
    """A place, an offer whose window is open, and a reservation of it."""
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place)
    held = await catalog.hold(customer, offer, 2)
    await catalog.shift(timedelta(minutes=-90), offer)
    return place, offer, held


async def confirm(catalog: Catalog, person: Person, place: UUID, code: str) -> list[str]:
    """Confirm a pickup; the codes of the errors."""
    return (await catalog.ask(person, CONFIRM, placeId=str(place), code=code)).codes


async def test_a_code_is_good_once(catalog: Catalog, owner: Person, customer: Person) -> None:
    place, offer, held = await ready(catalog, owner, customer)
    typed = f" {held.code[:3].lower()}-{held.code[3:]}"
    answers = await asyncio.gather(*(confirm(catalog, owner, place, typed) for _ in range(5)))
    assert sorted(answers) == [[], *[["CONFLICT"]] * 4]
    assert await catalog.statuses(offer) == ["PICKED_UP"]
    assert await catalog.stock(offer) == (8, 10)
    assert (await catalog.ask(customer, CANCEL, id=str(held.id))).codes == ["CONFLICT"]


@pytest.mark.parametrize(
    ("shifted", "codes"),
    [
        (timedelta(minutes=89), ["CONFLICT"]),  # a minute before the window
        (timedelta(), []),
        (-2 * HOUR, []),  # in the hour after it
        (-3 * HOUR, ["CONFLICT"]),  # past that hour
    ],
)
async def test_the_window_and_the_hour_after_it(
    catalog: Catalog, owner: Person, customer: Person, shifted: timedelta, codes: list[str]
) -> None:
    place, offer, held = await ready(catalog, owner, customer)
    await catalog.shift(shifted, offer)
    assert await confirm(catalog, owner, place, held.code) == codes


async def test_staff_hand_over_and_strangers_do_not(
    catalog: Catalog, owner: Person, customer: Person, stranger: Person
) -> None:
    place, _, held = await ready(catalog, owner, customer)
    elsewhere = await catalog.open_place(stranger)
    assert await confirm(catalog, stranger, place, held.code) == ["NOT_FOUND"]
    assert await confirm(catalog, stranger, elsewhere, held.code) == ["NOT_FOUND"]
    assert await confirm(catalog, customer, place, held.code) == ["FORBIDDEN"]
    staff = Person("partner")
    await catalog.link(owner, place, staff)
    assert await confirm(catalog, staff, place, held.code) == []


async def test_cancelled_is_not_handed_over(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    offer = await catalog.publish_offer(owner, place)
    held = await catalog.hold(customer, offer)
    await catalog.ask(customer, CANCEL, id=str(held.id))
    await catalog.shift(timedelta(minutes=-90), offer)
    assert await confirm(catalog, owner, place, held.code) == ["CONFLICT"]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("", ["NOT_FOUND"]),
        ("ABC", ["NOT_FOUND"]),
        ("000000", ["NOT_FOUND"]),
        ("ABCDEFG", ["NOT_FOUND"]),
        ("\u0130" * 6, ["NOT_FOUND"]),
        ("ABC\0DEF", ["BAD_USER_INPUT"]),
        ("\u202eABCDEF", ["BAD_USER_INPUT"]),
        ("A" * 500_000, ["BAD_USER_INPUT"]),
    ],
)
async def test_what_is_no_code(
    catalog: Catalog, owner: Person, typed: str, codes: list[str]
) -> None:
    place = await catalog.open_place(owner)
    assert await confirm(catalog, owner, place, typed) == codes


async def test_guesses_are_limited_and_counted_in_one_document(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place, _, held = await ready(catalog, owner, customer)
    guesses = " ".join(
        f'a{number}: confirmPickup(placeId: "{place}", pickupCode: "22222{letter}") {{ id }}'
        for number, letter in enumerate("ABCDEFGHJKMN")
    )
    answer = await catalog.ask(owner, f"mutation {{ {guesses} }}")
    assert answer.codes == ["NOT_FOUND"] * 10 + ["RATE_LIMITED"] * 2
    assert answer.errors[-1]["extensions"]["retryAfter"] > 0
    assert await confirm(catalog, owner, place, held.code) == ["RATE_LIMITED"]
    colleague = Person("admin")
    assert await confirm(catalog, colleague, place, held.code) == []


async def test_guesses_sent_at_once_are_counted_one_by_one(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place, _, held = await ready(catalog, owner, customer)
    wrong = [f"2222{one}{two}" for one in "ABCDE" for two in "FGHJKM"]
    answers = await asyncio.gather(*(confirm(catalog, owner, place, code) for code in wrong))
    codes = sorted(code for each in answers for code in each)
    assert codes == ["NOT_FOUND"] * 10 + ["RATE_LIMITED"] * 20
    assert await confirm(catalog, Person("admin"), place, held.code) == []


async def test_only_the_customer_sees_the_code(
    catalog: Catalog, owner: Person, customer: Person, admin: Person
) -> None:
    _, _, held = await ready(catalog, owner, customer)
    document = "query($id: UUID!) { reservation(id: $id) { pickupCode } }"
    seen = {
        who: (await catalog.ask(person, document, id=str(held.id))).data["reservation"][
            "pickupCode"
        ]
        for who, person in (("customer", customer), ("owner", owner), ("admin", admin))
    }
    assert seen == {"customer": held.code, "owner": None, "admin": None}


@pytest.mark.parametrize("by", ["customer", "place"])
async def test_the_code_of_what_was_cancelled_is_no_guess(
    catalog: Catalog, owner: Person, customer: Person, by: str
) -> None:
    place, _, held = await ready(catalog, owner, customer)
    person, reason = (customer, None) if by == "customer" else (owner, "Burnt.")
    assert (await catalog.ask(person, CANCEL, id=str(held.id), reason=reason)).codes == []
    for _ in range(12):
        refused = await catalog.ask(owner, CONFIRM, placeId=str(place), code=held.code)
        assert refused.codes == ["CONFLICT"]
    who = "CUSTOMER" if by == "customer" else "PARTNER"
    assert refused.errors[0]["extensions"]["status"] == f"CANCELLED_BY_{who}"
