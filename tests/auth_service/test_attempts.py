"""Limits are counted per execution, and never lock the owner out."""

import asyncio
import itertools
import threading
import time
from collections import Counter
from types import SimpleNamespace

import bcrypt
import pytest
from pydantic import SecretStr

from auth_service.core import passwords
from auth_service.core.passwords import PasswordHasher
from auth_service.services.attempts import (
    FAMILIAR_SECONDS,
    HOUR,
    LOGIN_BY_STRANGERS,
    LOGIN_FROM_ORIGIN,
    LOGIN_TO_ACCOUNT,
    MAIL_TO_ACCOUNT,
    UNVERIFIED,
    VERIFY,
    Attempts,
)
from shared.errors import RateLimited
from shared.limits import RateLimiter
from tests.auth_service.conftest import MakeSubgraph
from tests.auth_service.subgraph import PASSWORD, Subgraph
from tests.testkit.counting_clock import Hands
from tests.testkit.smtp import MailServer, token_in

ANNA = "anna@example.com"
WRONG = "Wr0ng-password"
AMOUNT = LOGIN_TO_ACCOUNT.amount


async def test_aliased_logins_are_counted_each(subgraph: Subgraph) -> None:
    await subgraph.register(ANNA)
    aliases = " ".join(
        f'a{number}: login(email: "{ANNA}", password: "{WRONG}") {{ expiresIn }}'
        for number in range(100)
    )
    answer = await subgraph.ask(f"mutation {{ {aliases} }}")
    codes = Counter(answer.codes)
    assert codes["INVALID_CREDENTIALS"] == AMOUNT
    assert codes["RATE_LIMITED"] == 100 - codes["INVALID_CREDENTIALS"]
    limited = next(error for error in answer.errors if "retryAfter" in error["extensions"])
    assert 1 <= limited["extensions"]["retryAfter"] <= 120


async def test_logins_side_by_side_are_counted_each(subgraph: Subgraph) -> None:
    await subgraph.register(ANNA)
    answers = await asyncio.gather(*(subgraph.login(ANNA, WRONG) for _ in range(50)))
    codes = Counter(answer.code for answer in answers)
    assert codes["INVALID_CREDENTIALS"] == AMOUNT
    assert codes["INVALID_CREDENTIALS"] + codes["RATE_LIMITED"] == 50


async def test_an_unknown_address_is_limited_alike(subgraph: Subgraph) -> None:
    answers = [await subgraph.login("nobody@example.com", WRONG) for _ in range(12)]
    codes = [answer.code for answer in answers]
    assert codes.count("INVALID_CREDENTIALS") == AMOUNT
    assert codes[-1] == "RATE_LIMITED"


async def test_spellings_of_an_address_share_their_limit(subgraph: Subgraph) -> None:
    spellings = [ANNA, ANNA.upper(), "Anna@Example.com", " anna@example.com"]
    codes = [(await subgraph.login(spellings[turn % 4], WRONG)).code for turn in range(12)]
    assert codes.count("INVALID_CREDENTIALS") == AMOUNT


async def test_the_right_password_is_limited_too(subgraph: Subgraph) -> None:
    await subgraph.register(ANNA)
    for _ in range(12):
        await subgraph.login(ANNA, WRONG)
    assert (await subgraph.login(ANNA, PASSWORD)).code == "RATE_LIMITED"
    assert (await subgraph.login(ANNA, PASSWORD, origin="198.51.100.1")).code is None


async def test_one_origin_that_tries_many_accounts(subgraph: Subgraph) -> None:
    codes = [
        (await subgraph.login(f"user{number}@example.com", WRONG)).code for number in range(64)
    ]
    assert codes.count("INVALID_CREDENTIALS") == LOGIN_FROM_ORIGIN.amount


async def test_addresses_of_one_ipv6_subscriber_are_one_origin(subgraph: Subgraph) -> None:
    codes = [
        (await subgraph.login(ANNA, WRONG, origin=f"2001:db8::{number:x}")).code
        for number in range(12)
    ]
    assert codes.count("INVALID_CREDENTIALS") == AMOUNT


async def test_many_origins_that_try_one_account_do_not_lock_its_owner_out(
    subgraph: Subgraph,
) -> None:
    await subgraph.register(ANNA)
    home = "203.0.113.7"
    assert (await subgraph.login(ANNA, PASSWORD, origin=home)).code is None
    codes = [
        (await subgraph.login(ANNA, WRONG, origin=f"10.0.{number}.1")).code for number in range(60)
    ]
    # one of these was its owner, the first time
    assert codes.count("INVALID_CREDENTIALS") == LOGIN_BY_STRANGERS.amount - 1
    assert "RATE_LIMITED" in codes
    assert (await subgraph.login(ANNA, PASSWORD, origin="10.9.9.9")).code == "RATE_LIMITED"
    assert (await subgraph.login(ANNA, PASSWORD, origin=home)).code is None


async def test_a_new_password_by_mail_makes_an_origin_its_owners(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    """While others guess, it is the way in from where one never signed in before."""
    await mailing.register(ANNA)
    for number in range(LOGIN_BY_STRANGERS.amount):
        await mailing.login(ANNA, WRONG, origin=f"10.0.{number}.1")
    away = "203.0.113.9"
    assert (await mailing.login(ANNA, PASSWORD, origin=away)).code == "RATE_LIMITED"
    await mailing.ask(f'mutation {{ requestPasswordReset(email: "{ANNA}") }}', origin=away)
    token = token_in(await mail_server.wait_for(ANNA, 2))
    reset = "mutation($t: String!, $p: String!) { resetPassword(token: $t, newPassword: $p) {"
    done = await mailing.ask(f"{reset} expiresIn }} }}", origin=away, t=token, p=PASSWORD)
    assert done.code is None
    assert (await mailing.login(ANNA, PASSWORD, origin=away)).code is None
    assert (await mailing.login(ANNA, PASSWORD, origin="10.9.9.9")).code == "RATE_LIMITED"


async def test_who_signs_in_again_and_again_is_no_stranger(
    subgraph: Subgraph, counting_clock: Hands
) -> None:
    """Known for a month from the last time, not from the first."""
    await subgraph.register(ANNA)
    home = "203.0.113.7"
    assert (await subgraph.login(ANNA, PASSWORD, origin=home)).code is None
    counting_clock.now += FAMILIAR_SECONDS - HOUR
    assert (await subgraph.login(ANNA, PASSWORD, origin=home)).code is None
    counting_clock.now += 2 * HOUR
    for number in range(LOGIN_BY_STRANGERS.amount):
        await subgraph.login(ANNA, WRONG, origin=f"10.0.{number}.1")
    assert (await subgraph.login(ANNA, PASSWORD, origin="10.9.9.9")).code == "RATE_LIMITED"
    assert (await subgraph.login(ANNA, PASSWORD, origin=home)).code is None


async def test_mail_to_one_address_is_limited(subgraph: Subgraph) -> None:
    query = "mutation($e: String!) { requestPasswordReset(email: $e) }"
    codes = [
        (await subgraph.ask(query, e=ANNA, origin=f"10.0.{number}.1")).code for number in range(7)
    ]
    assert codes.count(None) == MAIL_TO_ACCOUNT.amount
    assert codes[-1] == "RATE_LIMITED"


async def test_an_address_that_nobody_verified_is_written_to_a_few_times_an_hour(
    subgraph: Subgraph,
) -> None:
    """It may be somebody else's, who would be told of each account and each new password."""
    delete = "mutation($p: String!) { deleteAccount(password: $p) }"
    change = "mutation($p: String!) { changePassword(currentPassword: $p, newPassword: $p) {"
    mails = "SELECT count(*) FROM outbox WHERE kind = 'mail'"
    for number in range(UNVERIFIED.amount):
        session = await subgraph.signed_in(ANNA)
        act = delete if number % 2 else f"{change} accessToken }} }}"
        done = await subgraph.ask(act, session["accessToken"], p=PASSWORD)
        assert done.code is None
    session = await subgraph.signed_in(ANNA)
    [(before,)] = await subgraph.sql(mails)
    for act in (delete, f"{change} accessToken }} }}"):
        refused = await subgraph.ask(act, session["accessToken"], p=PASSWORD)
        assert refused.code == "RATE_LIMITED"
    assert (await subgraph.register(ANNA)).code == "EMAIL_TAKEN"
    assert await subgraph.sql(mails) == [(before,)]
    await subgraph.sql("UPDATE users SET is_verified = true")
    done = await subgraph.ask(delete, session["accessToken"], p=PASSWORD)
    assert done.code is None


async def test_ones_own_password_is_not_for_guessing(subgraph: Subgraph) -> None:
    session = await subgraph.signed_in(ANNA)
    query = "mutation($p: String!) { deleteAccount(password: $p) }"
    codes = [(await subgraph.ask(query, session["accessToken"], p=WRONG)).code for _ in range(12)]
    assert codes.count("INVALID_CREDENTIALS") == AMOUNT


async def test_the_limit_is_taken_before_hashing(start: MakeSubgraph) -> None:
    subgraph: Subgraph = await start(bcrypt_cost=4)
    hashes = 0
    hasher = subgraph.deps.passwords
    burn = hasher.burn

    async def counting(encoded: bytes) -> None:
        nonlocal hashes
        hashes += 1
        await burn(encoded)

    object.__setattr__(hasher, "burn", counting)
    for _ in range(20):
        await subgraph.login("nobody@example.com", WRONG)
    assert hashes == AMOUNT


async def test_a_flood_of_logins_is_bounded_and_others_go_on(
    start: MakeSubgraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    subgraph: Subgraph = await start(bcrypt_workers=1, bcrypt_queue=3)
    go_on = threading.Event()
    monkeypatch.setattr(bcrypt, "checkpw", lambda *_: go_on.wait())
    flood = [
        asyncio.create_task(subgraph.login(f"u{number}@example.com", origin=f"10.0.{number}.1"))
        for number in range(200)
    ]
    try:
        async with asyncio.timeout(60):
            while sum(login.done() for login in flood) < 196:
                await asyncio.sleep(0.02)
        others = [await subgraph.ask("{ me { id } }") for _ in range(20)]
    finally:
        go_on.set()
    assert [answer.code for answer in others] == [None] * 20
    codes = Counter([(await answer).code for answer in flood])
    assert codes == {"INVALID_CREDENTIALS": 4, "RATE_LIMITED": 196}


async def test_whoever_would_wait_too_long_for_a_hash_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go_on, hands = threading.Event(), Hands()
    hasher = PasswordHasher(4, workers=1, queue=100, patience=1.0)
    monkeypatch.setattr(passwords, "time", SimpleNamespace(monotonic=hands))
    begun = threading.Event()

    def check(*_: bytes) -> bool:
        begun.set()
        return go_on.wait()

    monkeypatch.setattr(bcrypt, "checkpw", check)
    hashing, waiting = (asyncio.create_task(hasher.burn(WRONG.encode())) for _ in range(2))
    assert await asyncio.to_thread(begun.wait, 60)
    hands.now += 1.3
    go_on.set()
    await hashing
    with pytest.raises(RateLimited):  # its turn came too late after all
        await waiting
    go_on.clear()
    flood = [asyncio.create_task(hasher.burn(WRONG.encode())) for _ in range(100)]
    await asyncio.sleep(0)
    refused = [task for task in flood if task.done()]
    # a hash takes 0.26 s by now: one is made, and three that wait are done in a second
    assert len(refused) == 96
    assert all(isinstance(task.exception(), RateLimited) for task in refused)
    go_on.set()
    await asyncio.gather(*flood, return_exceptions=True)
    hasher.close()


async def test_a_process_held_up_as_it_starts_refuses_nobody_for_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        minutes = itertools.count(0, 60)
        stopped = SimpleNamespace(monotonic=lambda: next(minutes), thread_time=time.thread_time)
        patched.setattr(passwords, "time", stopped)
        hasher = PasswordHasher(4, workers=1, queue=20)
    await asyncio.gather(*(hasher.burn(WRONG.encode()) for _ in range(20)))
    hasher.close()


async def test_instances_share_their_limits_through_redis(
    start: MakeSubgraph, redis_url: str
) -> None:
    instances: list[Subgraph] = [await start(limits_url=SecretStr(redis_url)) for _ in range(2)]
    codes = [
        (await instances[turn % 2].login("shared@example.com", WRONG)).code for turn in range(13)
    ]
    # by Redis's clock: one more where the edge of a window falls into the test
    assert codes.count("INVALID_CREDENTIALS") in {AMOUNT, AMOUNT + 1}
    assert codes[-1] == "RATE_LIMITED"


async def test_without_redis_limits_hold_for_this_process(start: MakeSubgraph) -> None:
    subgraph: Subgraph = await start(limits_url=SecretStr("redis://127.0.0.1:1/0"))
    codes = [(await subgraph.login(ANNA, WRONG)).code for _ in range(13)]
    assert codes.count("INVALID_CREDENTIALS") == AMOUNT
    assert codes[-1] == "RATE_LIMITED"
    ready = await subgraph.http.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json()["status"] == "degraded"
    assert ready.json()["checks"].keys() == {"limits"}


@pytest.mark.parametrize("known", [True, False])
async def test_a_failed_login_costs_one_check_whether_the_address_is_known(
    subgraph: Subgraph, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    checked: list[int] = []
    check = bcrypt.checkpw

    def counting(password: bytes, digest: bytes) -> bool:
        checked.append(int(digest.split(b"$")[2]))
        return check(password, digest)

    await subgraph.register(ANNA)
    monkeypatch.setattr(bcrypt, "checkpw", counting)
    await subgraph.login(ANNA if known else "nobody@example.com", WRONG)
    assert checked == [subgraph.settings.bcrypt_cost]


async def test_the_factor_multiplies_every_limit() -> None:
    attempts = Attempts(RateLimiter(clock=lambda: 0.0), factor=3)
    for _ in range(VERIFY.amount * 3):
        await attempts.verify("10.0.0.1")
    with pytest.raises(RateLimited):
        await attempts.verify("10.0.0.1")


async def test_passwords_are_hashed_anew_when_the_cost_is_raised(start: MakeSubgraph) -> None:
    before: Subgraph = await start(bcrypt_cost=4)
    session = await before.signed_in(ANNA)
    after: Subgraph = await start(bcrypt_cost=6)
    assert (await after.login(ANNA, WRONG)).code == "INVALID_CREDENTIALS"
    assert await hash_of(after) == "$2b$04"
    assert (await after.login(ANNA)).code is None
    assert await hash_of(after) == "$2b$06"
    assert (await after.login(ANNA)).code is None
    assert (await after.refresh(session["refreshToken"])).code is None  # nobody is signed out


async def test_who_gives_the_right_password_gets_in_though_it_cannot_be_hashed_anew(
    start: MakeSubgraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can be written, or too many are signing in: the old hash does as well."""
    before: Subgraph = await start(bcrypt_cost=4)
    await before.signed_in(ANNA)
    after: Subgraph = await start(bcrypt_cost=6)

    async def busy(_encoded: bytes) -> str:
        raise RateLimited(2)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(after.deps.passwords, "hash", busy)
        assert (await after.login(ANNA)).code is None
    [row] = await after.sql("SELECT current_database() AS name")
    await after.sql(f'ALTER DATABASE "{row["name"]}" SET default_transaction_read_only = on')
    try:
        later: Subgraph = await start(bcrypt_cost=6)
        assert (await later.login(ANNA)).code is None
    finally:
        await after.sql(f'ALTER DATABASE "{row["name"]}" RESET default_transaction_read_only')
    assert await hash_of(after) == "$2b$04"
    assert (await after.login(ANNA)).code is None
    assert await hash_of(after) == "$2b$06"


async def hash_of(subgraph: Subgraph) -> str:
    [row] = await subgraph.sql("SELECT password_hash FROM users WHERE email = $1", ANNA)
    return str(row["password_hash"][:6])


async def test_an_old_hash_costs_what_an_unknown_address_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = bcrypt.hashpw(b"Secret-1", bcrypt.gensalt(4)).decode()
    hasher = PasswordHasher(7)
    rounds: list[int] = []
    check, make = bcrypt.checkpw, bcrypt.hashpw

    def checked(password: bytes, digest: bytes) -> bool:
        rounds.append(2 ** int(digest.split(b"$")[2]))
        return check(password, digest)

    def made(password: bytes, salt: bytes) -> bytes:
        rounds.append(2 ** int(salt.split(b"$")[2]))
        return make(password, salt)

    monkeypatch.setattr(bcrypt, "checkpw", checked)
    monkeypatch.setattr(bcrypt, "hashpw", made)
    await hasher.burn(b"Secret-2")
    unknown = sum(rounds)
    rounds.clear()
    assert not await hasher.matches(b"Secret-2", old)
    hasher.close()
    assert sum(rounds) == unknown == 2**7
