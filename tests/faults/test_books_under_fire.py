"""Stock and figures, to the unit, after everything that moves them moved at once (case 129).

Customers reserve, change and give back; owner and staff hand over, sell at the counter, cancel,
and change total, price and status, while the catalog is killed in the midst of it. Then each
offer's books are added up from its rows: portions published are those left, held, handed over and
sold; the figures of the day are what the rows come to.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from tests.e2e.accounts import register_verified
from tests.e2e.shop import RESERVE, Shop, new_key
from tests.testkit.client import Answer, Client
from tests.testkit.fleet import Fleet
from tests.testkit.smtp import MailServer

CHANGE = "mutation($id: UUID!, $q: Int!) { changeReservation(id: $id, quantity: $q) { quantity } }"
CANCEL = "mutation($id: UUID!, $r: String) { cancelReservation(id: $id, reason: $r) { status } }"
SELL = """mutation($id: UUID!, $q: Int!, $key: String!) {
  sellAtCounter(offerId: $id, quantity: $q, idempotencyKey: $key) { quantityAvailable } }"""
HAND_OVER = """mutation($place: UUID!, $code: String!) {
  confirmPickup(placeId: $place, pickupCode: $code) { status } }"""
UPDATE = """mutation($id: UUID!, $input: UpdateOfferInput!) {
  updateOffer(id: $id, input: $input) { id } }"""
STATUS = "mutation($id: UUID!, $s: OfferStatus!) { setOfferStatus(id: $id, status: $s) { status } }"
UNSURE = {"UNAVAILABLE", "TIMEOUT"}
REFUSED = {"SOLD_OUT", "CONFLICT", "OFFER_CLOSED", "PRICE_CHANGED"}
CUSTOMERS, ACTS, KILLS = 6, 70, 2
ROWS = """
SELECT quantity_total AS total, quantity_available AS available,
    (SELECT coalesce(sum(quantity) FILTER (WHERE status IN ('RESERVED', 'PICKED_UP')), 0)
        FROM reservations WHERE offer_id = offers.id) AS taken,
    (SELECT coalesce(sum(quantity), 0) FROM counter_sales WHERE offer_id = offers.id) AS sold
FROM offers WHERE id = $1"""
FIGURES = """
SELECT (SELECT ARRAY[count(*), count(*) FILTER (WHERE status = 'PICKED_UP'),
        count(*) FILTER (WHERE status LIKE 'CANCELLED%'),
        coalesce(sum(quantity * unit_price) FILTER (WHERE status = 'PICKED_UP'), 0)
        + (SELECT coalesce(sum(quantity * unit_price), 0) FROM counter_sales WHERE offer_id = $1),
        (SELECT coalesce(sum(quantity), 0) FROM counter_sales WHERE offer_id = $1)]
    FROM reservations WHERE offer_id = $1) AS counted,
    (SELECT ARRAY[sum(reservations), sum(pickups), sum(cancellations), sum(revenue),
        sum(counter_sales)] FROM offer_stats_daily WHERE offer_id = $1) AS told"""


@dataclass
class Shift:
    """What happens at one place, and what was answered of it."""

    client: Client
    place: str
    offers: list[str]
    held: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By reservation: whose it is, as a token, and its code."""
    sold: dict[str, int] = field(default_factory=dict)
    """By key, what was sold for sure."""
    open_sales: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    answered: int = 0
    handed_over: int = 0

    def has_enough(self, acts: int) -> bool:
        """So many acts were answered, and of each kind that brings money in, one at least."""
        return self.answered >= acts and bool(self.sold) and self.handed_over > 0

    async def asked(self, token: str, query: str, **variables: Any) -> Answer:
        answer = await self.client.run(query, variables, token)
        assert set(answer.codes) <= UNSURE | REFUSED, answer.errors
        self.answered += not UNSURE & set(answer.codes)
        return answer

    async def serve(self, token: str, dice: random.Random) -> None:
        """One act of a customer."""
        mine = [each for each, (whose, _) in self.held.items() if whose == token]
        choice = dice.random()
        if not mine or choice < 0.5:
            wish = {"quantity": dice.randint(1, 3), "key": new_key()}
            made = await self.asked(token, RESERVE, offer=dice.choice(self.offers), **wish)
            if not made.codes:
                reserved = made.field("reserveOffer")
                self.held[reserved["id"]] = (token, reserved["pickupCode"])
        elif choice < 0.7:
            await self.asked(token, CANCEL, id=dice.choice(mine))
        else:
            await self.asked(token, CHANGE, id=dice.choice(mine), q=dice.randint(1, 4))

    async def work(self, token: str, dice: random.Random) -> None:
        """One act of somebody who works there as an owner."""
        offer, choice = dice.choice(self.offers), dice.random()
        if choice < 0.35 and self.held:
            _, code = dice.choice(list(self.held.values()))
            done = await self.asked(token, HAND_OVER, place=self.place, code=code)
            self.handed_over += not done.codes
        elif choice < 0.5:
            await self.sell(token, offer, new_key(), dice.randint(1, 3))
        elif choice < 0.6 and self.held:
            await self.asked(token, CANCEL, id=dice.choice(list(self.held)), r="Out of bread.")
        elif choice < 0.8:
            total = {"quantityTotal": dice.randint(10, 60)}
            price = {"price": f"{dice.randint(1, 6)}.{dice.randint(0, 99):02}"}
            await self.asked(token, UPDATE, id=offer, input=dice.choice([total, price]))
        else:
            await self.asked(token, STATUS, id=offer, s=dice.choice(["PAUSED", "ACTIVE", "ACTIVE"]))

    async def sell(self, token: str, offer: str, key: str, quantity: int) -> bool:
        """Whether it was answered."""
        answer = await self.asked(token, SELL, id=offer, q=quantity, key=key)
        if UNSURE & set(answer.codes):
            self.open_sales[key] = (token, offer, quantity)
            return False
        if not answer.codes:
            self.sold[key] = quantity
        return True

    async def insist(self) -> None:
        """Sell again, with their keys, what was not answered, until it is."""
        sales, self.open_sales = self.open_sales, {}
        for key, (token, offer, quantity) in sales.items():
            async with asyncio.timeout(60):
                while not await self.sell(token, offer, key, quantity):
                    await asyncio.sleep(0.1)


async def test_129_books_add_up_to_the_unit(unlimited: Fleet, mailbox: MailServer) -> None:
    [client], [catalog] = unlimited.gateways, unlimited.catalogs
    owner = await register_verified(client, mailbox, "PARTNER")
    colleague = await register_verified(client, mailbox, "PARTNER")
    people = await asyncio.gather(*(register_verified(client, mailbox) for _ in range(CUSTOMERS)))
    shop = await Shop.open(client, owner.token)
    await shop.link(colleague.token, "MANAGER")
    offers = [await shop.publish(quantity=30, starts_in=-1.0) for _ in range(2)]
    shift = Shift(client, shop.place_id, offers)
    ended = asyncio.Event()

    async def go_on(
        act: Callable[[str, random.Random], Awaitable[None]], token: str, seed: int
    ) -> None:
        dice = random.Random(seed)
        while not ended.is_set():
            await act(token, dice)
            await asyncio.sleep(0.01)

    async with asyncio.TaskGroup() as work:
        for seed, person in enumerate(people):
            work.create_task(go_on(shift.serve, person.token, seed))
        for seed, partner in enumerate((owner, colleague)):
            work.create_task(go_on(shift.work, partner.token, seed))
        for number in range(KILLS + 1):
            async with asyncio.timeout(180):
                while not shift.has_enough(ACTS * (number + 1)):
                    await asyncio.sleep(0.01)
            if number < KILLS:
                await catalog.kill()
                await catalog.start()
                await catalog.until_ready()
        ended.set()
    await shift.insist()
    connection = await asyncpg.connect(unlimited.catalog_database)
    try:
        books = [await connection.fetchrow(ROWS, offer) for offer in offers]
        figures = [await connection.fetchrow(FIGURES, offer) for offer in offers]
    finally:
        await connection.close()
    for each in books:
        assert each["total"] == each["available"] + each["taken"] + each["sold"]
    assert sum(each["sold"] for each in books) == sum(shift.sold.values())
    for each in figures:
        assert each["told"] == each["counted"]
