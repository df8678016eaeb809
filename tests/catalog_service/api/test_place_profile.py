"""What a place says of itself: how to reach it, when it is open, what kind of place it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from catalog_service.domain import places
from tests.catalog_service.kit import CREATE_PLACE, Answer, Catalog, Person, place_input

UPDATE = """mutation($id: UUID!, $input: UpdatePlaceInput!) {
  updatePlace(id: $id, input: $input) {
    category phone website openingHours { weekday opens closes }
    specialDays { day hours { opens closes } }
  }
}"""
OPEN = "query($id: UUID!, $at: DateTime) { place(id: $id) { isOpen(at: $at) } }"
ALL_WEEK = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


async def update(catalog: Catalog, owner: Person, place: UUID, **given: Any) -> Answer:
    return await catalog.ask(owner, UPDATE, id=str(place), input=given)


def hours(weekday: str, opens: str, closes: str) -> dict[str, str]:
    return {"weekday": weekday, "opens": opens, "closes": closes}


async def test_all_of_it_is_kept_and_can_be_taken_back(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    said = await update(
        catalog,
        owner,
        place,
        category="BAKERY",
        phone="+49 (0)30 901820",
        website="https://corner-bakery.example/visit?x=1",
        openingHours=[hours("TUESDAY", "14:00", "18:00"), hours("MONDAY", "07:00", "12:30")],
        specialDays=[
            {"day": "2083-01-01"},
            {"day": "2082-12-24", "hours": [{"opens": "08:00", "closes": "12:00"}]},
        ],
    )
    assert said.data["updatePlace"] == {
        "category": "BAKERY",
        "phone": "+4930901820",
        "website": "https://corner-bakery.example/visit?x=1",
        "openingHours": [hours("MONDAY", "07:00", "12:30"), hours("TUESDAY", "14:00", "18:00")],
        "specialDays": [
            {"day": "2082-12-24", "hours": [{"opens": "08:00", "closes": "12:00"}]},
            {"day": "2083-01-01", "hours": []},
        ],
    }
    untouched = await update(catalog, owner, place, name="Corner")
    assert untouched.data["updatePlace"] == said.data["updatePlace"]
    emptied = await update(
        catalog,
        owner,
        place,
        category=None,
        phone=None,
        website=None,
        openingHours=[],
        specialDays=[],
    )
    assert not any(emptied.data["updatePlace"].values())


@pytest.mark.parametrize(
    "website",
    ["https://bäckerei.example/öffnungszeiten?tag=süß", "http://пекарня.рф", "https://दुकान.भारत/"],
)
async def test_addresses_are_written_in_any_script(
    catalog: Catalog, owner: Person, website: str
) -> None:
    said = await update(catalog, owner, await catalog.open_place(owner), website=website)
    assert said.data["updatePlace"]["website"] == website


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"phone": "030 901820"}, ("input.phone", "NOT_A_PHONE_NUMBER")),
        ({"phone": "+49"}, ("input.phone", "NOT_A_PHONE_NUMBER")),
        ({"phone": "+49 3090"}, ("input.phone", "NOT_A_PHONE_NUMBER")),
        ({"phone": "+49 30901820123456"}, ("input.phone", "NOT_A_PHONE_NUMBER")),
        ({"phone": "+999 123456789"}, ("input.phone", "NOT_A_PHONE_NUMBER")),
        ({"phone": "+49 30 901820 ext. 7"}, ("input.phone", "NOT_A_PHONE_NUMBER")),
        ({"phone": ""}, ("input.phone", "NOT_A_PHONE_NUMBER")),
        ({"phone": "+4" * 60}, ("input.phone", "NOT_A_PHONE_NUMBER")),
        ({"website": "javascript:alert(1)"}, ("input.website", "NOT_A_PUBLIC_URL")),
        ({"website": "http://127.0.0.1/"}, ("input.website", "NOT_A_PUBLIC_URL")),
        ({"website": "http://[::1]/"}, ("input.website", "NOT_A_PUBLIC_URL")),
        ({"website": "http://intranet/"}, ("input.website", "NOT_A_PUBLIC_URL")),
        ({"website": "http://2130706433/"}, ("input.website", "NOT_A_PUBLIC_URL")),
        ({"website": "https://router.local"}, ("input.website", "NOT_A_PUBLIC_URL")),
        ({"website": "https://me:pw@bakery.example"}, ("input.website", "NOT_A_PUBLIC_URL")),
        ({"website": "ftp://bakery.example"}, ("input.website", "NOT_A_PUBLIC_URL")),
        ({"website": "http://１２７.0.0.1"}, ("input.website", "NOT_A_PUBLIC_URL")),
        ({"website": "https://router.ｌｏｃａｌ"}, ("input.website", "NOT_A_PUBLIC_URL")),
        ({"website": "https://ba\u200bkery.example"}, ("input.website", "NOT_A_PUBLIC_URL")),
        ({"website": "https://bakery。example"}, ("input.website", "NOT_A_PUBLIC_URL")),
        (
            {
                "openingHours": [
                    hours("MONDAY", "08:00", "12:00"),
                    hours("MONDAY", "11:59", "13:00"),
                ]
            },
            ("input.openingHours.1", "OVERLAPS"),
        ),
        (
            {
                "openingHours": [
                    hours("MONDAY", "01:00", "09:00"),
                    hours("SUNDAY", "22:00", "02:00"),
                ]
            },
            ("input.openingHours.0", "OVERLAPS"),
        ),
        (
            {"openingHours": [hours("MONDAY", f"{h:02}:00", f"{h:02}:01") for h in range(24)] * 2},
            ("input.openingHours", "TOO_MANY"),
        ),
        (
            {"specialDays": [{"day": "2082-12-24"}, {"day": "2082-12-24"}]},
            ("input.specialDays.1.day", "REPEATED"),
        ),
    ],
)
async def test_faults_are_named(
    catalog: Catalog, owner: Person, given: dict[str, Any], fault: tuple[str, str]
) -> None:
    refused = await update(catalog, owner, await catalog.open_place(owner), **given)
    assert refused.codes == ["BAD_USER_INPUT"]
    assert refused.violations == [fault]


async def test_every_fault_is_named_at_once(catalog: Catalog, owner: Person) -> None:
    place = {
        "name": "",
        "address": "Main Street 1",
        "latitude": 91,
        "longitude": 0,
        "timeZone": "Europe/Berlin",
        "currency": "EUR",
        "phone": "12",
        "website": "x",
    }
    refused = await catalog.ask(owner, CREATE_PLACE, input=place)
    assert {path for path, _ in refused.violations} == {
        "input.name",
        "input.latitude",
        "input.website",
        "input.phone",
    }


@pytest.mark.parametrize("clock", ["24:00", "7:00", "07:60", "07:00+02:00", "noon", "07:00:30", ""])
async def test_a_clock_shows_hours_and_minutes(catalog: Catalog, owner: Person, clock: str) -> None:
    place = await catalog.open_place(owner)
    refused = await update(catalog, owner, place, openingHours=[hours("MONDAY", clock, "12:00")])
    assert refused.codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    ("zone", "moment", "expected"),
    [
        ("Europe/Berlin", "2026-11-23T18:59:00+01:00", True),  # a Monday
        ("Europe/Berlin", "2026-11-23T19:00:00+01:00", False),
        ("Europe/Berlin", "2026-11-24T01:30:00+01:00", False),
        ("Europe/Berlin", "2026-11-29T01:30:00+01:00", True),  # Saturday's night
        ("Europe/Berlin", "2026-11-29T02:00:00+01:00", False),
        ("Europe/Berlin", "2082-12-24T12:00:00+01:00", False),  # a special day, until 11
        ("Europe/Berlin", "2082-12-24T10:59:00+01:00", True),
        ("Europe/Berlin", "2026-12-25T12:00:00+01:00", False),
        ("Pacific/Pago_Pago", "2026-11-24T05:59:00Z", True),  # 18:59 on Monday there
        ("America/Los_Angeles", "2026-11-24T05:59:00Z", False),  # 21:59 on Monday there
    ],
)
async def test_whether_it_is_open(
    catalog: Catalog, owner: Person, zone: str, moment: str, expected: bool
) -> None:
    place = await catalog.open_place(owner, timeZone=zone)
    assert (await catalog.ask(None, OPEN, id=str(place))).data["place"]["isOpen"] is None
    week = [hours(day, "09:00", "19:00") for day in ALL_WEEK if day != "SATURDAY"]
    christmas = {"day": "2082-12-24", "hours": [{"opens": "09:00", "closes": "11:00"}]}
    said = await update(
        catalog,
        owner,
        place,
        openingHours=[*week, hours("SATURDAY", "18:00", "02:00")],
        specialDays=[christmas, {"day": "2026-12-25"}],
    )
    assert said.codes == []
    answer = await catalog.ask(None, OPEN, id=str(place), at=moment)
    assert answer.data["place"]["isOpen"] is expected


async def test_a_closed_place_is_open_no_more(catalog: Catalog, owner: Person) -> None:
    place, silent = await catalog.open_place(owner), await catalog.open_place(owner)
    around = [hours(day, "00:00", "00:00") for day in ALL_WEEK]
    assert (await update(catalog, owner, place, openingHours=around)).codes == []
    close = "mutation($id: UUID!) { closePlace(id: $id) { isOpen } }"
    for each in (place, silent):
        closed = await catalog.ask(owner, close, id=str(each))
        assert closed.data["closePlace"] == {"isOpen": False}
    before = await catalog.ask(None, OPEN, id=str(place), at="2026-11-23T12:00:00Z")
    after = await catalog.ask(None, OPEN, id=str(place), at="2080-01-01T12:00:00Z")
    assert [each.data["place"]["isOpen"] for each in (before, after)] == [True, False]


async def test_a_day_has_no_holes_in_the_night_when_clocks_change(
    catalog: Catalog, owner: Person
) -> None:
    """Open around the clock, every hour of both nights is open."""
    place = await catalog.open_place(owner)
    around = [hours(day, "00:00", "00:00") for day in ALL_WEEK]
    assert (await update(catalog, owner, place, openingHours=around)).codes == []
    for night in (datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)):
        for hour in range(12):
            at = night.replace(day=night.day + (20 + hour) // 24, hour=(20 + hour) % 24)
            answer = await catalog.ask(None, OPEN, id=str(place), at=at.isoformat())
            assert answer.data["place"]["isOpen"] is True, at


async def test_places_are_found_by_their_kind(catalog: Catalog, owner: Person) -> None:
    bakery = await catalog.open_place(owner, category="BAKERY")
    cafe = await catalog.open_place(owner, category="CAFE")
    await catalog.open_place(owner)
    find = """query($kinds: [PlaceCategory!]) {
      places(filter: {category: $kinds}) { edges { node { id } } }
    }"""

    async def found(*kinds: str) -> set[str]:
        answer = await catalog.ask(None, find, kinds=list(kinds))
        return {edge["node"]["id"] for edge in answer.data["places"]["edges"]}

    assert await found("BAKERY") == {str(bakery)}
    assert await found("BAKERY", "CAFE") == {str(bakery), str(cafe)}
    assert await found("HOTEL") == set()


async def test_a_zone_that_the_database_does_not_know_stops_nobody(
    catalog: Catalog, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is older than we are. It counts the days of a place, for all places at once."""
    place = await catalog.open_place(owner)
    monkeypatch.setattr(places, "_time_zones", lambda: {"Moon/Tycho", "Europe/Berlin"})
    given = place_input(timeZone="Moon/Tycho")
    made = await catalog.ask(owner, CREATE_PLACE, input=given)
    assert made.violations == [("input.timeZone", "UNKNOWN")]
    moved = {"timeZone": "Moon/Tycho"}
    changed = await catalog.ask(owner, UPDATE, id=str(place), input=moved)
    assert changed.violations == [("input.timeZone", "UNKNOWN")]
