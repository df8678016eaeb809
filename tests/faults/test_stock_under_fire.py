"""Stock while everything moves and the service is killed again and again (faults 46 to 49, 59).

Customers reserve, change and give back, the owner changes how much there is, and the catalog is
killed in the midst of it, twice. What was answered holds, what was not happened wholly or not
at all, and a wish sent again is not a second one.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from dataclasses import dataclass, field

import asyncpg

from tests.e2e.accounts import Account, register_verified
from tests.e2e.shop import RESERVE, Shop, new_key
from tests.testkit.client import Answer, Client
from tests.testkit.fleet import Fleet
from tests.testkit.smtp import MailServer

CHANGE = "mutation($id: UUID!, $q: Int!) { changeReservation(id: $id, quantity: $q) { quantity } }"
CANCEL = "mutation($id: UUID!) { cancelReservation(id: $id) { status } }"
TOTAL = "mutation($id: UUID!, $n: Int!) { updateOffer(id: $id, input: {quantityTotal: $n}) { id } }"
UNSURE = {"UNAVAILABLE", "TIMEOUT"}
REFUSED = {"SOLD_OUT", "CONFLICT"}
CUSTOMERS, KILLS, TOTALS = 12, 2, (20, 30, 40)
ACTS = 60
"""Answered between two kills."""


@dataclass
class Customer:
    """What one customer was told: by reservation, the portions; None: not sure."""

    client: Client
    account: Account
    offer: str
    dice: random.Random
    portions: dict[str, int | None] = field(default_factory=dict)
    open_wishes: list[tuple[str, int]] = field(default_factory=list)
    answered: int = 0

    async def act(self) -> None:
        live = [each for each, portions in self.portions.items() if portions != 0]
        choice = self.dice.random()
        if not live or choice < 0.4:
            await self.reserve(new_key(), self.dice.randint(1, 2))
        elif choice < 0.7:
            await self.change(self.dice.choice(live), self.dice.randint(1, 3))
        else:
            await self.cancel(self.dice.choice(live))

    async def asked(self, query: str, **variables: object) -> Answer:
        answer = await self.client.run(query, variables, self.account.token)
        assert set(answer.codes) <= UNSURE | REFUSED, answer.errors
        self.answered += not answer.codes
        return answer

    async def reserve(self, key: str, quantity: int) -> bool:
        """Whether it was answered; if not the wish is still open."""
        answer = await self.asked(RESERVE, offer=self.offer, quantity=quantity, key=key)
        if not answer.codes:
            made = answer.field("reserveOffer")
            assert made["id"] not in self.portions
            self.portions[made["id"]] = made["quantity"]
        elif UNSURE & set(answer.codes):
            self.open_wishes.append((key, quantity))
        return not UNSURE & set(answer.codes)

    async def insist(self) -> None:
        """Send again, with the same keys, what was not answered, until it is."""
        wishes, self.open_wishes = self.open_wishes, []
        for key, quantity in wishes:
            async with asyncio.timeout(60):
                while not await self.reserve(key, quantity):
                    await asyncio.sleep(0.1)

    async def change(self, reservation: str, quantity: int) -> None:
        answer = await self.asked(CHANGE, id=reservation, q=quantity)
        if not answer.codes:
            self.portions[reservation] = quantity
        elif UNSURE & set(answer.codes):
            self.portions[reservation] = None

    async def cancel(self, reservation: str) -> None:
        answer = await self.asked(CANCEL, id=reservation)
        if not answer.codes:
            self.portions[reservation] = 0
        elif UNSURE & set(answer.codes):
            self.portions[reservation] = None


async def test_98_what_was_answered_holds_however_often_the_catalog_is_killed(
    unlimited: Fleet, mailbox: MailServer
) -> None:
    [client], [catalog] = unlimited.gateways, unlimited.catalogs
    owner = await register_verified(client, mailbox, "PARTNER")
    accounts = await asyncio.gather(*(register_verified(client, mailbox) for _ in range(CUSTOMERS)))
    offer = await (await Shop.open(client, owner.token)).publish(quantity=TOTALS[0])
    customers = [
        Customer(client, account, offer, random.Random(n)) for n, account in enumerate(accounts)
    ]
    ended = asyncio.Event()

    async def go_on(customer: Customer) -> None:
        while not ended.is_set():
            await customer.act()
            await asyncio.sleep(0.01)

    async def move_the_total() -> None:
        for total in itertools.cycle(TOTALS):
            if ended.is_set():
                return
            answer = await client.run(TOTAL, {"id": offer, "n": total}, owner.token)
            assert set(answer.codes) <= UNSURE | {"CONFLICT"}
            await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as work:
        for customer in customers:
            work.create_task(go_on(customer))
        work.create_task(move_the_total())
        for number in range(KILLS + 1):
            async with asyncio.timeout(180):
                while sum(customer.answered for customer in customers) < ACTS * (number + 1):
                    await asyncio.sleep(0.01)
            if number < KILLS:
                await catalog.kill()
                await catalog.start()
                await catalog.until_ready()
        ended.set()
    for customer in customers:
        await customer.insist()
    await holds(unlimited, offer, customers)


async def holds(running: Fleet, offer: str, customers: list[Customer]) -> None:
    connection = await asyncpg.connect(running.catalog_database)
    try:
        stock = await connection.fetchrow(
            "SELECT quantity_total, quantity_available FROM offers WHERE id = $1", offer
        )
        rows = await connection.fetch(
            "SELECT id, status, quantity FROM reservations WHERE offer_id = $1", offer
        )
    finally:
        await connection.close()
    stored = {str(row["id"]): row["quantity"] * (row["status"] == "RESERVED") for row in rows}
    assert stock["quantity_total"] - stock["quantity_available"] == sum(stored.values())
    assert 0 <= stock["quantity_available"] <= stock["quantity_total"]
    told = {each: n for customer in customers for each, n in customer.portions.items()}
    assert stored.keys() == told.keys()
    sure = {each: portions for each, portions in told.items() if portions is not None}
    assert {each: stored[each] for each in sure} == sure
    assert sure
