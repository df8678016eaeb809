"""A new signing key signs nobody out, as docs/OPERATIONS.md has it: next, current, previous."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from pathlib import Path

from joserfc.jwk import ECKey

from shared.tokens.jwks import UNKNOWN_KID_SECONDS
from tests.testkit.client import Answer, Client
from tests.testkit.fleet import Fleet, Server, fleet
from tests.testkit.postgres import Databases

REGISTER = (
    'mutation { register(email: "anna@example.com", password: "Secret-123", role: USER) { id } }'
)
LOGIN = """mutation { login(email: "anna@example.com", password: "Secret-123") {
    accessToken refreshToken
} }"""
REFRESH = "mutation($t: String!) { refresh(refreshToken: $t) { accessToken } }"
MINE = "{ me { email reservations { edges { cursor } } } }"  # auth's, then catalog's


def make_key(path: Path) -> str:
    """Write a private key; returns its thumbprint."""
    key = ECKey.generate_key("P-256")
    path.write_bytes(key.as_pem(private=True))
    path.chmod(0o600)
    return str(key.thumbprint())


def kid_of(token: str) -> str:
    header = token.split(".", maxsplit=1)[0]
    return str(json.loads(base64.urlsafe_b64decode(header + "=="))["kid"])


async def restarted(auth: Server, **keys: str) -> None:
    others = {name: value for name, value in auth.environment.items() if "KEY_FILE" not in name}
    auth.environment = {**others, **keys}
    assert auth.process is not None
    auth.process.terminate()
    await auth.process.wait()
    await auth.start()
    await auth.until_ready()


async def test_a_new_key_signs_nobody_out(tmp_path: Path, database_url_factory: Databases) -> None:
    old, new = tmp_path / "old.pem", tmp_path / "new.pem"
    old_kid, new_kid = make_key(old), make_key(new)
    first = {"JWT_PRIVATE_KEY_FILE": str(old)}
    async with fleet(tmp_path, database_url_factory, auth=first) as house:
        [auth], [client] = house.auths, house.gateways
        (await client.run(REGISTER)).field("register")
        session = (await client.run(LOGIN)).field("login")
        assert kid_of(session["accessToken"]) == old_kid
        await works(client, session["accessToken"])
        asked = time.monotonic()  # for keys, by the gateway and by the catalog

        await restarted(auth, JWT_PRIVATE_KEY_FILE=str(old), JWT_NEXT_KEY_FILE=str(new))
        await works(client, session["accessToken"])
        assert kid_of((await client.run(LOGIN)).field("login", "accessToken")) == old_kid
        # An hour in operation; so long an unknown key may have to wait until it is asked for.
        await asyncio.sleep(max(0.0, asked + UNKNOWN_KID_SECONDS + 1 - time.monotonic()))

        await restarted(auth, JWT_PRIVATE_KEY_FILE=str(new), JWT_PREVIOUS_KEY_FILE=str(old))
        await works(client, session["accessToken"])
        renewed = (await refreshed(client, session["refreshToken"])).field("refresh", "accessToken")
        assert kid_of(renewed) == new_kid
        await works(client, renewed)
        await works(client, session["accessToken"])
        later = (await client.run(LOGIN)).field("login")

        await restarted(auth, JWT_PRIVATE_KEY_FILE=str(new))  # a week later
        await works(client, later["accessToken"])
        assert not (await refreshed(client, later["refreshToken"])).errors
        assert (await refreshed(client, session["refreshToken"])).codes == ["TOKEN_INVALID"]
        nothing_refused(house)


async def works(client: Client, token: str) -> None:
    """The token is taken by the gateway and by both services."""
    answer = await client.run(MINE, token=token)
    assert answer.field("me") == {"email": "anna@example.com", "reservations": {"edges": []}}


async def refreshed(client: Client, token: str) -> Answer:
    return await client.run(REFRESH, {"t": token})


def nothing_refused(house: Fleet) -> None:
    assert "UNAUTHENTICATED" not in house.told()
