"""One day in currencies without decimals, with two and with three: wherever an amount is told."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.catalog_service.api.test_counter import SELL
from tests.catalog_service.desk import CREATE, schedule_input
from tests.catalog_service.kit import CHANGE, CONFIRM, Catalog, Person

MONEY = "amount currency"
OFFER = f"""query($id: UUID!) {{ offer(id: $id) {{
  price {{ {MONEY} }} originalPrice {{ {MONEY} }} }} }}"""
RESERVATION = f"""query($id: UUID!) {{ reservation(id: $id) {{
  unitPrice {{ {MONEY} }} originalUnitPrice {{ {MONEY} }} totalPrice {{ {MONEY} }} }} }}"""
STATS = f"""query($id: UUID!) {{ place(id: $id) {{ stats {{
  revenue {{ {MONEY} }} saved {{ {MONEY} }} days {{ revenue {{ {MONEY} }} saved {{ {MONEY} }} }}
  byProduct {{ revenue {{ {MONEY} }} saved {{ {MONEY} }} }} export {{ url }} }} }} }}"""
MY_STATS = f"{{ myStats {{ revenue {{ {MONEY} }} saved {{ {MONEY} }} }} }}"
OF_CUSTOMER = f"""query($id: String!) {{ _entities(representations: [
    {{__typename: "User", id: $id}}, {{__typename: "DataExport", userId: $id}}]) {{
  ... on User {{ impact {{ saved {{ {MONEY} }} }} }} ... on DataExport {{ catalog }} }} }}"""

DAYS = [
    ("JPY", "500", "1200", "1000", "1500", "2100"),
    ("EUR", "2.5", "6", "5.00", "7.50", "10.50"),
    ("KWD", "1.255", "2", "2.510", "3.765", "2.235"),
]
"""Currency, price and original price as typed; two portions, three, and what three save."""


def amounts(found: Any) -> list[tuple[str, str]]:
    """All of Money within an answer."""
    if isinstance(found, list):
        return [each for item in found for each in amounts(item)]
    if not isinstance(found, dict):
        return []
    if found.keys() == {"amount", "currency"}:
        return [(found["amount"], found["currency"])]
    return [each for value in found.values() for each in amounts(value)]


def typed(amount: str, like: str) -> str:
    """An amount with as many decimals as another."""
    return str(Decimal(amount).quantize(Decimal(like)))


async def read_file(catalog: Catalog, url: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((await catalog.http.get(url)).text)))


@pytest.mark.parametrize(("currency", "price", "original", "two", "three", "saved"), DAYS)
async def test_a_day_in_a_currency(
    catalog: Catalog,
    owner: Person,
    customer: Person,
    currency: str,
    price: str,
    original: str,
    two: str,
    three: str,
    saved: str,
) -> None:
    """Two portions reserved and picked up, a third sold at the counter."""
    place = await catalog.open_place(owner, currency=currency)
    offer = await catalog.publish_offer(owner, place, price=price, originalPrice=original)
    one, before = typed(price, two), typed(original, two)
    seen = await catalog.ask(customer, OFFER, id=str(offer))
    assert amounts(seen.data) == [(one, currency), (before, currency)]
    other = await catalog.reserve(customer, offer, 2, price="999")
    assert other.errors[0]["extensions"]["code"] == "PRICE_CHANGED"
    assert one in json.dumps(other.errors[0])

    held = await catalog.hold(customer, offer, 1)
    changed = await catalog.ask(customer, CHANGE, id=str(held.id), quantity=2)
    assert changed.data["changeReservation"]["totalPrice"]["amount"] == two
    kept = await catalog.ask(customer, RESERVATION, id=str(held.id))
    assert amounts(kept.data) == [(one, currency), (before, currency), (two, currency)]
    await catalog.shift(timedelta(minutes=-90), offer)
    assert (await catalog.ask(owner, CONFIRM, placeId=str(place), code=held.code)).codes == []
    assert (await catalog.ask(owner, SELL, id=str(offer), quantity=1)).codes == []

    found = (await catalog.ask(owner, STATS, id=str(place))).data["place"]["stats"]
    assert amounts(found) == [(three, currency), (saved, currency)] * 3
    assert amounts((await catalog.ask(owner, MY_STATS)).data) == [
        (three, currency),
        (saved, currency),
    ]
    (row,) = await read_file(catalog, found["export"]["url"])
    assert (row["revenue"], row["saved"], row["currency"]) == (three, saved, currency)
    await check_customer(catalog, customer, (currency, one, before))


async def check_customer(catalog: Catalog, customer: Person, told: tuple[str, ...]) -> None:
    """What the customer hears of two portions: impact, export, letter."""
    currency, one, before = told
    mine = (await catalog.ask(customer, OF_CUSTOMER, id=str(customer.id))).data["_entities"]
    difference = str(2 * (Decimal(before) - Decimal(one)))
    assert amounts(mine) == [(difference, currency)]
    (reservation,) = json.loads(mine[1]["catalog"])["reservations"]
    assert (reservation["unit_price"], reservation["original_unit_price"]) == (one, before)
    letters = await catalog.sql("SELECT payload FROM outbox WHERE subject = $1", customer.id)
    facts = [json.loads(letter["payload"])["facts"] for letter in letters]
    totals = [(each["total"], each["currency"]) for each in facts if "total" in each]
    assert totals[0] == (one, currency)


@pytest.mark.parametrize(("currency", "price", "shown"), [row[:2] + row[3:4] for row in DAYS])
async def test_a_schedule_in_a_currency(
    catalog: Catalog, owner: Person, currency: str, price: str, shown: str
) -> None:
    place: UUID = await catalog.open_place(owner, currency=currency)
    given = schedule_input(place, price=price, originalPrice="5000")
    made = (await catalog.ask(owner, CREATE, input=given)).data["createSchedule"]
    assert made["price"] == {"amount": typed(price, shown), "currency": currency}
