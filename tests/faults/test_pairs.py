"""Faults 68 and 87: two gateways and two of each service behave as one of each would."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.e2e.accounts import PASSWORD, Account, register, register_verified
from tests.e2e.shop import RESERVE, Shop, new_key
from tests.testkit.client import Client
from tests.testkit.fleet import Fleet, fleet
from tests.testkit.postgres import Databases
from tests.testkit.smtp import MailServer

LOGIN = """mutation($e: String!, $p: String!) {
  login(email: $e, password: $p) { accessToken refreshToken } }"""
REFRESH = "mutation($t: String!) { refresh(refreshToken: $t) { accessToken } }"
SIGN_OUT = "mutation { signOutEverywhere }"
DELETE = "mutation($p: String!) { deleteAccount(password: $p) }"
ME = "{ me { id } }"
UNSENT = "SELECT count(*) FROM outbox WHERE kind = 'mail' AND finished_at IS NULL"
MOST_ATTEMPTS = "SELECT max(attempts) FROM outbox WHERE kind = 'mail'"
MINE = "{ me { reservations { edges { node { id status } } } } }"


@pytest.fixture(scope="module")
async def pair(
    tmp_path_factory: pytest.TempPathFactory,
    database_url_factory: Databases,
    mailbox: MailServer,
    one_redis_url: str,
) -> AsyncIterator[Fleet]:
    """Two of everything; they share databases, a Redis and a mail server, and nothing else."""
    shared = {"LIMITS_URL": one_redis_url}
    often = {"OUTBOX_POLL_SECONDS": "0.3"}
    async with fleet(
        tmp_path_factory.mktemp("pair"),
        database_url_factory,
        gateways=2,
        auths=2,
        catalogs=2,
        gateway={"PERSISTED__REDIS_URL": one_redis_url},
        auth={**shared, **mailbox.environment, **often, "LIMITS_FACTOR": "4"},
        catalog={**shared, **often, "EXPIRE_EVERY_SECONDS": "0.3"},
    ) as running:
        yield running


@pytest.fixture(scope="module")
async def shop(pair: Fleet, mailbox: MailServer) -> Shop:
    owner = await register_verified(pair.gateways[0], mailbox, "PARTNER")
    return await Shop.open(pair.gateways[0], owner.token)


async def customers(pair: Fleet, mailbox: MailServer, count: int) -> list[Account]:
    """Made side by side, half of them at each gateway."""
    made = (register_verified(pair.gateways[n % 2], mailbox) for n in range(count))
    return list(await asyncio.gather(*made))


async def session(client: Client, email: str) -> dict[str, str]:
    tokens: dict[str, str] = (await client.run(LOGIN, {"e": email, "p": PASSWORD})).field("login")
    return tokens


async def test_87_a_token_of_one_is_good_at_the_other_until_it_is_signed_out(pair: Fleet) -> None:
    one, other = pair.gateways
    account = await register(one)
    for client in (one, other):
        assert (await client.run(ME, token=account.token)).field("me", "id") == account.id
    tokens = await session(one, account.email)
    renewed = await other.run(REFRESH, {"t": tokens["refreshToken"]})
    assert (await one.run(ME, token=renewed.field("refresh", "accessToken"))).field("me", "id")
    (await other.run(SIGN_OUT, token=account.token)).field("signOutEverywhere")
    for client in (one, other):
        answer = await client.run(REFRESH, {"t": tokens["refreshToken"]})
        assert answer.codes == ["TOKEN_INVALID"]


async def test_87_attempts_are_counted_together(pair: Fleet) -> None:
    """Ten a minute, times LIMITS_FACTOR; two that each count alone would allow twice that."""
    for _ in range(3):
        lost, began = told_of_limits(pair), time.monotonic()
        counted = await wrong_logins(pair)
        if told_of_limits(pair) == lost:  # else each counted alone, as it is to where Redis is slow
            break
    more = 40 * (time.monotonic() - began) / 60  # as time goes by
    assert 35 <= counted["INVALID_CREDENTIALS"] <= 45 + more
    assert counted["RATE_LIMITED"] == 60 - counted["INVALID_CREDENTIALS"]


async def wrong_logins(pair: Fleet) -> Counter[str]:
    """What sixty for one account come to, half of them at each gateway."""
    account = await register(pair.gateways[0])
    wrong = {"e": account.email, "p": "Wrong-Passw0rd"}
    counted: Counter[str] = Counter()
    for _ in range(15):
        answers = await asyncio.gather(*(pair.gateways[n % 2].run(LOGIN, wrong) for n in range(4)))
        counted.update(code for answer in answers for code in answer.codes)
    return counted


def told_of_limits(pair: Fleet) -> int:
    """How often Redis was left alone for a while."""
    return sum(auth.told().count("store is left alone") for auth in pair.auths)


async def test_87_each_mail_is_sent_once(pair: Fleet, mailbox: MailServer) -> None:
    accounts = await asyncio.gather(*(register(pair.gateways[n % 2]) for n in range(12)))
    connection = await asyncpg.connect(pair.auth_database)
    try:
        async with asyncio.timeout(60):
            while await connection.fetchval(UNSENT):
                await asyncio.sleep(0.05)
        assert await connection.fetchval(MOST_ATTEMPTS) == 1  # so that nobody sends one any more
    finally:
        await connection.close()
    assert {len(mailbox.to(account.email)) for account in accounts} == {1}


async def test_87_the_last_portions_are_sold_once(
    pair: Fleet, mailbox: MailServer, shop: Shop
) -> None:
    offer = await shop.publish(quantity=3)
    people = await customers(pair, mailbox, 10)
    answers = await asyncio.gather(
        *(
            pair.gateways[n % 2].run(
                RESERVE, {"offer": offer, "quantity": 1, "key": new_key()}, person.token
            )
            for n, person in enumerate(people)
        )
    )
    assert Counter(tuple(answer.codes) for answer in answers) == {(): 3, ("SOLD_OUT",): 7}


async def test_87_a_key_sent_to_both_is_one_reservation(
    pair: Fleet, mailbox: MailServer, shop: Shop
) -> None:
    offer = await shop.publish(quantity=10)
    [person] = await customers(pair, mailbox, 1)
    wish = {"offer": offer, "quantity": 2, "key": new_key()}
    answers = await asyncio.gather(
        *(pair.gateways[n % 2].run(RESERVE, wish, person.token) for n in range(20))
    )
    assert len({answer.field("reserveOffer", "id") for answer in answers}) == 1
    left = await pair.gateways[1].run(f'{{ offer(id: "{offer}") {{ quantityAvailable }} }}')
    assert left.field("offer", "quantityAvailable") == 8


async def test_87_what_is_over_expires_once(pair: Fleet, mailbox: MailServer, shop: Shop) -> None:
    """Both sweepers look every 0.3 s; the day that passes is made in the database."""
    offer = await shop.publish(quantity=5)
    people = await customers(pair, mailbox, 4)
    for person in people:
        await shop.reserve(person.token, offer)
    connection = await asyncpg.connect(pair.catalog_database)
    try:
        for table, column in (("offers", "id"), ("reservations", "offer_id")):
            await connection.execute(
                f"UPDATE {table} SET pickup_start = pickup_start - interval '1 day',"
                f" pickup_end = pickup_end - interval '1 day' WHERE {column} = $1",
                offer,
            )
        async with asyncio.timeout(60):
            while await connection.fetchval(
                "SELECT count(*) FROM reservations WHERE offer_id = $1 AND status <> 'EXPIRED'",
                offer,
            ):
                await asyncio.sleep(0.1)
        noted = await connection.fetch(
            "SELECT user_id FROM user_history WHERE offer_id = $1 AND action = $2",
            offer,
            "RESERVATION_EXPIRED",
        )
    finally:
        await connection.close()
    assert Counter(str(row["user_id"]) for row in noted) == {person.id: 1 for person in people}
    for client in pair.gateways:
        mine = await client.run(MINE, token=people[0].token)
        [edge] = mine.field("me", "reservations", "edges")
        assert edge["node"]["status"] == "EXPIRED"


async def test_87_a_deleted_account_is_gone_everywhere(
    pair: Fleet, mailbox: MailServer, shop: Shop
) -> None:
    one, other = pair.gateways
    offer = await shop.publish(quantity=5)
    [person] = await customers(pair, mailbox, 1)
    await shop.reserve(person.token, offer)
    (await one.run(DELETE, {"p": PASSWORD}, person.token)).field("deleteAccount")
    stock = f'{{ offer(id: "{offer}") {{ quantityAvailable }} }}'
    async with asyncio.timeout(60):
        while (await other.run(stock)).field("offer", "quantityAvailable") != 5:
            await asyncio.sleep(0.1)
    for client in pair.gateways:
        wish = {"offer": offer, "quantity": 1, "key": new_key()}
        assert (await client.run(RESERVE, wish, person.token)).codes
        assert (await client.run(LOGIN, {"e": person.email, "p": PASSWORD})).codes == [
            "INVALID_CREDENTIALS"
        ]


async def test_87_a_document_registered_at_one_is_known_to_the_other(pair: Fleet) -> None:
    one, other = pair.gateways
    text = "query OfThePair { places(first: 1) { edges { cursor } } }"
    name = {"version": 1, "sha256Hash": hashlib.sha256(text.encode()).hexdigest()}
    extensions = {"persistedQuery": name}
    unknown = await other.post({"extensions": extensions})
    assert unknown["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    assert "errors" not in await one.post({"query": text, "extensions": extensions})
    assert "errors" not in await other.post({"extensions": extensions})


async def test_87_one_of_each_is_killed_and_the_others_go_on(
    pair: Fleet, mailbox: MailServer, shop: Shop
) -> None:
    offer = await shop.publish(quantity=5)
    [person] = await customers(pair, mailbox, 1)
    for gateway in pair.gateways:  # who served once has the keys of the service that is killed
        await gateway.run(MINE, token=person.token)
    for server in (pair.gateway_servers[0], pair.auths[0], pair.catalogs[0]):
        await server.kill()
    other = pair.gateways[1]
    wish = {"offer": offer, "quantity": 1, "key": new_key()}
    reserved = (await other.run(RESERVE, wish, person.token)).field("reserveOffer", "id")
    assert await session(other, person.email)
    late = await register(other)
    await mailbox.wait_for(late.email, seconds=60)
    for server in (pair.gateway_servers[0], pair.auths[0], pair.catalogs[0]):
        await server.start()
        await server.until_ready()
    again = await pair.gateways[0].run(RESERVE, wish, person.token)
    assert again.field("reserveOffer", "id") == reserved
