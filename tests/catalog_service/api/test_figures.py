"""Figures: whose day it is, who sees what of them, and a file of them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from catalog_service.services.log_views import ViewLog, count_views_by_nobody
from tests.catalog_service.kit import (
    CONFIRM,
    HOUR,
    OFFER,
    Catalog,
    Person,
    running_catalog,
)
from tests.catalog_service.working_together import open_staffed_place

ZONES = ("Europe/Madrid", "America/Los_Angeles", "Pacific/Pago_Pago", "Pacific/Kiritimati")
STATS = """query($id: UUID!) { place(id: $id) { stats {
  firstDay lastDay currency views reservations pickups noShows noShowRate
  revenue { amount currency } saved { amount } days { day revenue { amount } }
  byProduct { title reservations pickups revenue { amount } }
  byHour { hour reservations pickups }
  export { url expiresAt }
} } }"""
MY_STATS = "{ myStats { currency lastDay reservations pickups revenue { amount } } }"
ALLOW = """mutation($id: UUID!, $see: Boolean!) {
  updatePlace(id: $id, input: {staffSeeRevenue: $see}) { staffSeeRevenue } }"""


async def stats(catalog: Catalog, person: Person, place: UUID) -> dict[str, Any]:
    found: dict[str, Any] = (await catalog.ask(person, STATS, id=str(place))).data["place"]["stats"]
    return found


async def sold(catalog: Catalog, owner: Person, place: UUID, customer: Person, title: str) -> UUID:
    """Two portions of an offer, handed over."""
    offer = await catalog.publish_offer(owner, place, title=title)
    held = await catalog.hold(customer, offer, 2)
    await catalog.shift(timedelta(minutes=-90), offer)
    done = await catalog.ask(owner, CONFIRM, placeId=str(place), code=held.code)
    assert done.codes == []
    return offer


def local(zone: str) -> datetime:
    return datetime.now(ZoneInfo(zone))


@pytest.mark.parametrize("zone", ZONES)
async def test_the_last_day_is_the_places_own_today(
    catalog: Catalog, owner: Person, customer: Person, zone: str
) -> None:
    place = await catalog.open_place(owner, timeZone=zone)
    before = local(zone).date()
    offer = await sold(catalog, owner, place, customer, "Rye")
    found = await stats(catalog, owner, place)
    after = local(zone).date()
    assert found["lastDay"] in {before.isoformat(), after.isoformat()}
    first = datetime.fromisoformat(found["lastDay"]).date() - timedelta(days=29)
    assert found["firstDay"] == first.isoformat()
    assert [day["day"] for day in found["days"]][-1] == found["lastDay"]
    document = "query($id: UUID!) { offer(id: $id) { stats { lastDay pickups } } }"
    of_offer = (await catalog.ask(owner, document, id=str(offer))).data["offer"]["stats"]
    assert of_offer == {"lastDay": found["lastDay"], "pickups": 1}


async def test_by_product_and_by_hour(catalog: Catalog, owner: Person, customer: Person) -> None:
    zone = "Asia/Kathmandu"  # a quarter of an hour off the hour
    place = await catalog.open_place(owner, timeZone=zone)
    for title in ("Rye", "Rye", "Wheat"):
        await sold(catalog, owner, place, customer, title)
    await catalog.hold(customer, await catalog.publish_offer(owner, place, title="Bun"))
    now = local(zone)
    found = await stats(catalog, owner, place)
    assert [(each["title"], each["pickups"]) for each in found["byProduct"]] == [
        *(("Rye", 2), ("Wheat", 1)),
        ("Bun", 0),
    ]
    assert found["byProduct"][0]["revenue"] == {"amount": "10.00"}
    hours = found["byHour"]
    assert sum(each["reservations"] for each in hours) == 4
    assert sum(each["pickups"] for each in hours) == 3
    assert {each["hour"] for each in hours} <= {now.hour, (now - HOUR).hour}


async def test_how_many_do_not_come(catalog: Catalog, owner: Person, customer: Person) -> None:
    place = await catalog.open_place(owner)
    assert (await stats(catalog, owner, place))["noShowRate"] is None
    offer = await sold(catalog, owner, place, customer, "Rye")
    await catalog.sql(
        "UPDATE offer_stats_daily SET pickups = 3, no_shows = 1 WHERE offer_id = $1", offer
    )
    assert (await stats(catalog, owner, place))["noShowRate"] == 0.25


async def test_staff_see_no_revenue_unless_the_owner_allows_it(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place, manager, staff = await open_staffed_place(catalog, owner)
    await sold(catalog, owner, place, customer, "Rye")

    async def amounts(person: Person) -> list[Any]:
        found = await stats(catalog, person, place)
        assert found["pickups"] == 1
        return [found["revenue"], found["days"][0]["revenue"], found["byProduct"][0]["revenue"]]

    assert await amounts(staff) == [None] * 3
    assert (await stats(catalog, staff, place))["saved"] is None
    for person in (owner, manager, Person("admin")):
        assert [each["amount"] for each in await amounts(person)] == ["5.00"] * 3
    assert (await catalog.ask(manager, ALLOW, id=str(place), see=True)).codes == ["NOT_FOUND"]
    await catalog.ask(owner, ALLOW, id=str(place), see=True)
    assert [each["amount"] for each in await amounts(staff)] == ["5.00"] * 3


async def test_all_own_places_together(
    catalog: Catalog, owner: Person, stranger: Person, customer: Person
) -> None:
    for currency in ("EUR", "EUR", "USD"):
        place = await catalog.open_place(owner, currency=currency)
        await sold(catalog, owner, place, customer, "Rye")
    elsewhere = await catalog.open_place(stranger)
    await sold(catalog, stranger, elsewhere, customer, "Rye")
    found = (await catalog.ask(owner, MY_STATS)).data["myStats"]
    assert [(each["currency"], each["pickups"], each["revenue"]["amount"]) for each in found] == [
        ("EUR", 2, "10.00"),
        ("USD", 1, "5.00"),
    ]
    await catalog.link(stranger, elsewhere, owner, "STAFF")
    found = (await catalog.ask(owner, MY_STATS)).data["myStats"]
    assert (found[0]["pickups"], found[0]["revenue"]) == (3, None)
    assert found[1]["revenue"]["amount"] == "5.00"
    alone = "{ myPlaces { edges { node { stats { currency revenue { amount } } } } } }"
    each = (await catalog.ask(owner, alone)).data["myPlaces"]["edges"]
    seen = [edge["node"]["stats"]["revenue"] for edge in each]
    assert sorted(one["amount"] for one in seen if one) == ["5.00"] * 3
    assert seen.count(None) == 1
    await catalog.ask(stranger, ALLOW, id=str(elsewhere), see=True)
    found = (await catalog.ask(owner, MY_STATS)).data["myStats"]
    assert (found[0]["pickups"], found[0]["revenue"]["amount"]) == (3, "15.00")
    assert (await catalog.ask(Person("partner"), MY_STATS)).data["myStats"] == []


async def test_what_a_customer_saved(catalog: Catalog, owner: Person, customer: Person) -> None:
    for currency in ("USD", "EUR"):
        place = await catalog.open_place(owner, currency=currency)
        await sold(catalog, owner, place, customer, "Rye")
        await catalog.hold(customer, await catalog.publish_offer(owner, place))
    document = """query($id: String!) {
      _entities(representations: [{__typename: "User", id: $id}]) { ... on User {
        impact { portions saved { amount currency } co2eKilograms } } } }"""

    async def seen_by(person: Person) -> Any:
        answer = await catalog.ask(person, document, id=str(customer.id))
        return answer.data["_entities"][0]["impact"]

    assert await seen_by(customer) == {
        "portions": 4,
        "saved": [
            {"amount": "5.00", "currency": "EUR"},
            {"amount": "5.00", "currency": "USD"},
        ],
        "co2eKilograms": 10.0,
    }
    assert await seen_by(owner) is None


async def test_views_by_nobody_count_once_an_address(database_url: str, owner: Person) -> None:
    async with running_catalog(database_url) as catalog:
        offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
        look = {"query": OFFER, "variables": {"id": str(offer)}}
        for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"):
            await catalog.http.post("/graphql", json=look, headers={"X-Client-IP": address})
    async with running_catalog(database_url) as catalog:
        rows = await catalog.sql("SELECT views FROM offer_stats_daily")
        assert [row["views"] for row in rows] == [3]
        assert await catalog.sql("SELECT 1 FROM user_history") == []


def test_views_by_nobody_are_bounded() -> None:
    views = ViewLog(2, count_views_by_nobody)
    for number in range(5):
        views.note(UUID(int=number), UUID(int=1))
    assert (len(views), views.dropped) == (2, 3)


async def link(catalog: Catalog, person: Person, place: UUID) -> str:
    export = (await stats(catalog, person, place))["export"]
    expires = datetime.fromisoformat(export["expiresAt"])
    assert timedelta() < expires - datetime.now(UTC) <= timedelta(minutes=5)
    return str(export["url"])


async def test_a_file_of_figures(catalog: Catalog, owner: Person, customer: Person) -> None:
    place = await catalog.open_place(owner, name='Mill "North"')
    await sold(catalog, owner, place, customer, "=1+1")
    await sold(catalog, owner, place, customer, "Rye, dark")
    await sold(catalog, owner, place, customer, "＝2+2")
    catalog.http.headers.pop("X-Gateway-Key")
    url = await with_key(catalog, owner, place)
    file = await catalog.http.get(url)
    assert file.status_code == 200
    assert file.headers["content-type"].startswith("text/csv")
    assert "attachment" in file.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert {row["place"] for row in rows} == {'Mill "North"'}
    assert {row["title"] for row in rows} == {"'=1+1", "'＝2+2", "Rye, dark"}
    assert {(row["pickups"], row["revenue"], row["currency"]) for row in rows} == {
        ("1", "5.00", "EUR")
    }


@pytest.mark.parametrize(
    "title", ["Rye;=1+1", 'Rye;"=1+1"', "Rye; -1", 'Rye";=HYPERLINK(1)', "Rye;＝1", " =1+1"]
)
async def test_no_spreadsheet_finds_a_formula_in_the_file(
    catalog: Catalog, owner: Person, customer: Person, title: str
) -> None:
    place = await catalog.open_place(owner, name=title)
    await sold(catalog, owner, place, customer, title)
    file = await catalog.http.get(await link(catalog, owner, place))
    for separator in ",;":  # what separates cells depends on the country a spreadsheet is set to
        for row in csv.reader(io.StringIO(file.text), delimiter=separator):
            cells = {cell.strip(' "')[:1] for cell in row}
            assert cells.isdisjoint("=+-@＝＋－＠"), row


async def with_key(catalog: Catalog, person: Person, place: UUID) -> str:
    """The link, asked for as the gateway does."""
    catalog.http.headers["X-Gateway-Key"] = "a-gateway-key-for-tests"
    url = await link(catalog, person, place)
    catalog.http.headers.pop("X-Gateway-Key")
    return url


async def test_pages_of_a_long_file(
    catalog: Catalog, owner: Person, customer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog_service.services.export_stats.ROWS_AT_ONCE", 2)
    place = await catalog.open_place(owner)
    for number in range(5):
        await sold(catalog, owner, place, customer, str(number))
    file = await catalog.http.get(await link(catalog, owner, place))
    titles = [row["title"] for row in csv.DictReader(io.StringIO(file.text))]
    assert sorted(titles) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    "change",
    [
        {"signature": ""},
        {"signature": "é"},
        {"to": "2100-01-01"},
        {"user": "00000000-0000-0000-0000-000000000001"},
        {"admin": "1"},
        {"expires": "99999999999"},
        {"more": "1"},
    ],
)
async def test_a_link_that_was_changed(
    catalog: Catalog, owner: Person, change: dict[str, str]
) -> None:
    url = await link(catalog, owner, await catalog.open_place(owner))
    parts = urlsplit(url)
    forged = urlencode(dict(parse_qsl(parts.query)) | change)
    refused = await catalog.http.get(urlunsplit(parts._replace(query=forged)))
    assert refused.status_code == 403


async def test_a_link_that_is_old_or_whose_maker_left(
    catalog: Catalog,
    owner: Person,
    stranger: Person,
    customer: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = await catalog.open_place(owner)
    await sold(catalog, owner, place, customer, "Rye")
    await catalog.link(owner, place, stranger, "MANAGER")
    url = await link(catalog, stranger, place)
    assert len((await catalog.http.get(url)).text.splitlines()) == 2
    await catalog.tell(stranger, version=2, role="user")
    assert len((await catalog.http.get(url)).text.splitlines()) == 1
    monkeypatch.setattr("catalog_service.core.export_links.GOOD_FOR", timedelta(seconds=-1))
    document = "query($id: UUID!) { place(id: $id) { stats { export { url } } } }"
    answer = await catalog.ask(owner, document, id=str(place))
    old = answer.data["place"]["stats"]["export"]["url"]
    assert (await catalog.http.get(old)).status_code == 403
    assert (await catalog.http.get("/exports/stats.csv")).status_code == 403


async def test_staff_get_no_amounts_in_the_file(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    place = await catalog.open_place(owner)
    staff = Person("partner")
    await catalog.link(owner, place, staff, "STAFF")
    await sold(catalog, owner, place, customer, "Rye")
    file = await catalog.http.get(await link(catalog, staff, place))
    (row,) = csv.DictReader(io.StringIO(file.text))
    assert (row["pickups"], row["revenue"], row["saved"]) == ("1", "", "")


async def test_a_link_shows_what_its_maker_may_see_when_it_is_followed(
    catalog: Catalog, owner: Person, customer: Person
) -> None:
    """It is good for minutes: a manager who became staff meanwhile sees no amounts any more."""
    place = await catalog.open_place(owner)
    partner = Person("partner")
    partnership = await catalog.link(owner, place, partner, "MANAGER")
    await sold(catalog, owner, place, customer, "Rye")
    url = await link(catalog, partner, place)
    assert await amounts(catalog, url) != [""]
    demote = "mutation($id: UUID!) { updatePartnership(id: $id, role: STAFF) { id } }"
    assert (await catalog.ask(owner, demote, id=str(partnership))).codes == []
    assert await amounts(catalog, url) == [""]
    assert (await catalog.ask(owner, ALLOW, id=str(place), see=True)).codes == []
    assert await amounts(catalog, url) != [""]


async def amounts(catalog: Catalog, url: str) -> list[str]:
    file = await catalog.http.get(url)
    return [row["revenue"] for row in csv.DictReader(io.StringIO(file.text))]
