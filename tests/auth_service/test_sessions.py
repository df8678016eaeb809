"""Sessions: refreshing, ending them, and tokens that outlive what they say."""

from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from auth_service.core.settings import AuthSettings
from tests.auth_service.conftest import MakeSubgraph
from tests.auth_service.subgraph import PASSWORD, Subgraph
from tests.shared.forge import by_hand
from tests.testkit.smtp import MailServer, token_in

ANNA = "anna@example.com"
NEW = "Another-Passw0rd"
CHANGE = (
    "mutation($c: String!, $n: String!) "
    "{ changePassword(currentPassword: $c, newPassword: $n) { accessToken refreshToken } }"
)
RESET = (
    "mutation($t: String!, $n: String!) { resetPassword(token: $t, newPassword: $n) "
    "{ accessToken refreshToken user { isVerified } } }"
)
SIGN_OUT = "mutation { signOutEverywhere }"
ENDED = "token_version = token_version + 1, least_token_version = token_version + 1"
DELETE = "mutation($p: String!) { deleteAccount(password: $p) }"


def claims_of(subgraph: Subgraph, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    key = ECKey.import_key(subgraph.settings.development_key_file.read_text())
    decoded = jwt.decode(token, key, algorithms=["ES256"])
    return decoded.header, decoded.claims


async def test_access_tokens_follow_rfc_9068(subgraph: Subgraph) -> None:
    session = await subgraph.signed_in(ANNA, "PARTNER")
    header, claims = claims_of(subgraph, session["accessToken"])
    jwks = (await subgraph.http.get("/.well-known/jwks.json")).json()
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": jwks["keys"][0]["kid"]}
    assert claims["iss"] == "http://127.0.0.1:8001"
    assert claims["aud"] == "est-api"
    assert claims["sub"] == session["user"]["id"]
    assert claims["roles"] == ["partner"]
    assert claims["email_verified"] is False
    assert claims["exp"] - claims["iat"] == 900
    assert {"client_id", "nbf", "jti"} <= claims.keys()


async def test_refresh_tokens_are_of_another_kind(subgraph: Subgraph) -> None:
    session = await subgraph.signed_in(ANNA)
    header, claims = claims_of(subgraph, session["refreshToken"])
    assert header["typ"] == "rt+jwt"
    assert claims["aud"] == claims["iss"]
    assert claims["exp"] - claims["iat"] == 7 * 86_400
    assert {"auth_time", "token_version"} <= claims.keys()


async def test_the_jwks_tells_no_private_key(subgraph: Subgraph) -> None:
    answer = await subgraph.http.get("/.well-known/jwks.json", headers={"x-gateway-key": ""})
    (key,) = answer.json()["keys"]
    assert key.keys() == {"crv", "x", "y", "kty", "kid", "use", "alg"}


async def test_refresh_gives_an_access_token_that_says_what_is_true_now(
    subgraph: Subgraph,
) -> None:
    session = await subgraph.signed_in(ANNA)
    await subgraph.sql("UPDATE users SET is_verified = true")
    refreshed = (await subgraph.refresh(session["refreshToken"])).data["refresh"]
    assert refreshed["tokenType"] == "Bearer"
    _, claims = claims_of(subgraph, refreshed["accessToken"])
    assert claims["email_verified"] is True
    again = await subgraph.refresh(session["refreshToken"])
    assert again.code is None  # not rotated


async def test_tokens_do_not_pass_for_each_other(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    session = await mailing.signed_in(ANNA)
    mail_token = token_in(await mail_server.wait_for(ANNA))
    assert (await mailing.refresh(session["accessToken"])).code == "TOKEN_INVALID"
    assert (await mailing.refresh(mail_token)).code == "TOKEN_INVALID"
    assert (await mailing.verify(session["accessToken"])).code == "TOKEN_INVALID"
    assert (await mailing.verify(session["refreshToken"])).code == "TOKEN_INVALID"
    for token in (session["refreshToken"], mail_token):
        answer = await mailing.ask("{ me { id } }", token)
        assert answer.response.status_code == 401
        assert answer.code == "UNAUTHENTICATED"


async def test_a_verification_token_resets_no_password(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    await mailing.register(ANNA)
    token = token_in(await mail_server.wait_for(ANNA))
    assert (await mailing.ask(RESET, t=token, n=NEW)).code == "TOKEN_INVALID"
    assert (await mailing.verify(token)).code is None


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "x" * 10_000, by_hand({"alg": "none", "typ": "rt+jwt"})]
)
async def test_made_up_refresh_tokens(subgraph: Subgraph, token: str) -> None:
    assert (await subgraph.refresh(token)).code == "TOKEN_INVALID"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"exp": 1_000_000_000}, "TOKEN_EXPIRED"),
        ({"exp": "tomorrow"}, "TOKEN_INVALID"),
        ({"exp": None}, "TOKEN_INVALID"),
        ({"iss": "http://evil.test"}, "TOKEN_INVALID"),
        ({"aud": "est-api"}, "TOKEN_INVALID"),
        ({"sub": "anna"}, "TOKEN_INVALID"),
        ({"token_version": None}, "TOKEN_INVALID"),
        ({"token_version": "0"}, "TOKEN_INVALID"),
        ({"auth_time": None}, "TOKEN_INVALID"),
    ],
)
async def test_refresh_tokens_with_changed_claims(
    subgraph: Subgraph, change: dict[str, Any], code: str | None
) -> None:
    session = await subgraph.signed_in(ANNA)
    header, claims = claims_of(subgraph, session["refreshToken"])
    changed = {name: value for name, value in (claims | change).items() if value is not None}
    key = ECKey.import_key(subgraph.settings.development_key_file.read_text())
    assert (await subgraph.refresh(jwt.encode(header, changed, key))).code == code


ITSELF = "query($of: [_Any!]!) { _entities(representations: $of) { ... on User { role email } } }"


async def refused_everywhere(
    subgraph: Subgraph, session: dict[str, Any], reason: str = "revoked"
) -> None:
    """The session's refresh token is worthless, its access token changes nothing."""
    assert (await subgraph.refresh(session["refreshToken"])).code == "TOKEN_INVALID"
    for query, variables in (
        (SIGN_OUT, {}),
        (DELETE, {"p": PASSWORD}),
        (CHANGE, {"c": PASSWORD, "n": NEW}),
        (f'{{ user(id: "{session["user"]["id"]}") {{ email }} }}', {}),
        ("{ exportMyData { account } }", {}),
    ):
        answer = await subgraph.ask(query, session["accessToken"], **variables)
        assert answer.code == "UNAUTHENTICATED"
        assert answer.errors[0]["extensions"]["reason"] == reason


async def shown_nothing(
    subgraph: Subgraph, session: dict[str, Any], reason: str = "revoked"
) -> None:
    """The session's access token does not tell who the account belongs to."""
    me = await subgraph.ask("{ me { email } }", session["accessToken"])
    assert me.code == "UNAUTHENTICATED"
    assert me.errors[0]["extensions"]["reason"] == reason
    itself = {"__typename": "User", "id": session["user"]["id"]}
    seen = await subgraph.ask(ITSELF, session["accessToken"], of=[itself])
    assert seen.data["_entities"] == [{"role": "USER", "email": None}]
    assert seen.code == "UNAUTHENTICATED"
    assert seen.errors[0]["path"] == ["_entities", 0, "email"]
    assert seen.errors[0]["extensions"]["reason"] == reason


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("DELETE FROM users", "account_deleted"),
        (f"UPDATE users SET suspended_at = now(), suspension_reason = 'Why', {ENDED}", "suspended"),
        (f"UPDATE users SET {ENDED}", "revoked"),
    ],
)
async def test_why_a_session_is_over_is_told_the_same_by_everything(
    subgraph: Subgraph, how: str, reason: str
) -> None:
    token = (await subgraph.signed_in(ANNA))["accessToken"]
    await subgraph.sql(f"{how} WHERE email = $1", ANNA)
    for act, variables in (
        (SIGN_OUT, {}),
        (DELETE, {"p": PASSWORD}),
        (CHANGE, {"c": PASSWORD, "n": NEW}),
        ('mutation { updateProfile(displayName: "A") { id } }', {}),
        ("mutation { becomePartner { id } }", {}),
        ("{ me { id } }", {}),
        ("{ exportMyData { account } }", {}),
    ):
        answer = await subgraph.ask(act, token, **variables)
        assert answer.code == "UNAUTHENTICATED", act
        assert answer.errors[0]["extensions"]["reason"] == reason, act


async def test_signing_out_everywhere(subgraph: Subgraph) -> None:
    session = await subgraph.signed_in(ANNA)
    other = (await subgraph.login(ANNA)).data["login"]
    assert (await subgraph.ask(SIGN_OUT, session["accessToken"])).data == {
        "signOutEverywhere": True
    }
    await refused_everywhere(subgraph, session)
    await refused_everywhere(subgraph, other)
    await shown_nothing(subgraph, other)
    assert (await subgraph.login(ANNA)).code is None


async def test_changing_the_password_ends_other_sessions(subgraph: Subgraph) -> None:
    old = await subgraph.signed_in(ANNA)
    answer = await subgraph.ask(CHANGE, old["accessToken"], c=PASSWORD, n=NEW)
    new = answer.data["changePassword"]
    await refused_everywhere(subgraph, old)
    await shown_nothing(subgraph, old)
    assert (await subgraph.refresh(new["refreshToken"])).code is None
    assert (await subgraph.login(ANNA)).code == "INVALID_CREDENTIALS"
    assert (await subgraph.login(ANNA, NEW)).code is None


@pytest.mark.parametrize(
    ("current", "new", "code"),
    [
        ("Wr0ng-password", NEW, "INVALID_CREDENTIALS"),
        (PASSWORD, "weak", "WEAK_PASSWORD"),
        ("x" * 73, NEW, "WEAK_PASSWORD"),
    ],
)
async def test_a_password_change_that_fails_changes_nothing(
    subgraph: Subgraph, current: str, new: str, code: str
) -> None:
    session = await subgraph.signed_in(ANNA)
    assert (await subgraph.ask(CHANGE, session["accessToken"], c=current, n=new)).code == code
    assert (await subgraph.refresh(session["refreshToken"])).code is None


async def test_a_deleted_account(subgraph: Subgraph) -> None:
    session = await subgraph.signed_in(ANNA)
    assert (await subgraph.ask(DELETE, session["accessToken"], p="Wr0ng-password")).code == (
        "INVALID_CREDENTIALS"
    )
    assert (await subgraph.ask(DELETE, session["accessToken"], p=PASSWORD)).data == {
        "deleteAccount": True
    }
    await refused_everywhere(subgraph, session, "account_deleted")
    for field in ("email", "id"):
        me = await subgraph.ask(f"{{ me {{ {field} }} }}", session["accessToken"])
        assert (me.data, me.code) == ({"me": None}, "UNAUTHENTICATED")
    assert (await subgraph.login(ANNA)).code == "INVALID_CREDENTIALS"
    assert (await subgraph.register(ANNA)).code is None


async def test_resetting_a_password(mailing: Subgraph, mail_server: MailServer) -> None:
    old = await mailing.signed_in(ANNA)
    await mail_server.wait_for(ANNA)
    request = "mutation($e: String!) { requestPasswordReset(email: $e) }"
    for _ in range(2):
        assert (await mailing.ask(request, e=ANNA.upper())).data == {"requestPasswordReset": True}
    first = token_in(await mail_server.wait_for(ANNA, 2))
    second = token_in(await mail_server.wait_for(ANNA, 3))
    assert (await mailing.ask(RESET, t=first, n="weak")).code == "WEAK_PASSWORD"
    session = (await mailing.ask(RESET, t=first, n=NEW)).data["resetPassword"]
    assert session["user"]["isVerified"] is True
    assert (await mailing.ask(RESET, t=first, n=NEW)).code == "TOKEN_USED"
    assert (await mailing.ask(RESET, t=second, n=NEW)).code == "TOKEN_INVALID"
    await refused_everywhere(mailing, old)
    assert (await mailing.login(ANNA, NEW)).code is None


async def test_a_reset_token_lives_for_an_hour(mailing: Subgraph, mail_server: MailServer) -> None:
    await mailing.register(ANNA)
    await mail_server.wait_for(ANNA)  # of two that are sent together either may come first
    await mailing.ask("mutation($e: String!) { requestPasswordReset(email: $e) }", e=ANNA)
    token = token_in(await mail_server.wait_for(ANNA, 2))
    (row,) = await mailing.sql(
        "SELECT expires_at - created_at AS life FROM verification_tokens "
        "WHERE purpose = 'reset_password'"
    )
    assert abs(row["life"].total_seconds() - 3600) < 1
    await mailing.sql("UPDATE verification_tokens SET expires_at = clock_timestamp()")
    assert (await mailing.ask(RESET, t=token, n=NEW)).code == "TOKEN_EXPIRED"


@pytest.mark.parametrize("field", ["requestPasswordReset", "resendVerification"])
async def test_asking_for_mail_tells_nobody_who_has_an_account(
    mailing: Subgraph, mail_server: MailServer, field: str
) -> None:
    await mailing.register(ANNA)
    await mail_server.wait_for(ANNA)
    query = f"mutation($e: String!) {{ {field}(email: $e) }}"
    known = await mailing.ask(query, e=ANNA)
    unknown = await mailing.ask(query, e="nobody@example.com")
    assert known.response.content == unknown.response.content
    await mail_server.wait_for(ANNA, 2)
    assert mail_server.to("nobody@example.com") == []


async def test_resending_to_a_verified_address_sends_nothing(
    mailing: Subgraph, mail_server: MailServer
) -> None:
    await mailing.register(ANNA)
    await mailing.verify(token_in(await mail_server.wait_for(ANNA)))
    await mailing.ask("mutation($e: String!) { resendVerification(email: $e) }", e=ANNA)
    await mailing.register("later@example.com")
    await mail_server.wait_for("later@example.com")
    assert len(mail_server.to(ANNA)) == 1


async def test_hs256_with_a_shared_secret(start: MakeSubgraph, settings: AuthSettings) -> None:
    secret = "q3Vg7Yt0Zr8Lx2Nc5Mb9Kd4Jf6Hs1Pw+Ua="
    changed = AuthSettings(**{**settings.model_dump(), "jwt_secret": secret})
    subgraph: Subgraph = await start(jwt_secret=changed.jwt_secret)
    session = await subgraph.signed_in(ANNA)
    me = await subgraph.ask("{ me { email } }", session["accessToken"])
    assert me.data == {"me": {"email": ANNA}}
    assert (await subgraph.refresh(session["refreshToken"])).code is None
    assert (await subgraph.http.get("/.well-known/jwks.json")).json() == {"keys": []}
    forged = by_hand({"alg": "HS256", "typ": "at+jwt"}, secret=b"x" * 32)
    assert (await subgraph.ask("{ me { id } }", forged)).response.status_code == 401


async def test_tokens_of_one_instance_are_good_at_another(start: MakeSubgraph) -> None:
    one: Subgraph = await start()
    two: Subgraph = await start()
    session = await one.signed_in(ANNA)
    me = await two.ask("{ me { id } }", session["accessToken"])
    assert me.data["me"]["id"] == session["user"]["id"]
    await two.ask(SIGN_OUT, session["accessToken"])
    assert (await one.refresh(session["refreshToken"])).code == "TOKEN_INVALID"


async def test_a_token_of_a_previous_key_is_good_until_it_expires(
    start: MakeSubgraph, settings: AuthSettings
) -> None:
    before: Subgraph = await start()
    session = await before.signed_in(ANNA)
    previous = settings.development_key_file
    current = previous.with_name("new.pem")
    current.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    after: Subgraph = await start(jwt_private_key_file=current, jwt_previous_key_file=previous)
    assert (await after.ask("{ me { id } }", session["accessToken"])).data["me"]
    assert len((await after.http.get("/.well-known/jwks.json")).json()["keys"]) == 2
    newer = (await after.login(ANNA)).data["login"]["accessToken"]
    assert (await before.ask("{ me { id } }", newer)).response.status_code == 401


async def test_the_account_a_token_names_is_read_from_the_token_alone(subgraph: Subgraph) -> None:
    anna = await subgraph.signed_in(ANNA)
    await subgraph.signed_in("bert@example.com")
    answer = await subgraph.ask(SIGN_OUT, anna["accessToken"])
    assert answer.code is None
    rows = await subgraph.sql("SELECT id FROM users WHERE token_version = 1")
    assert [row["id"] for row in rows] == [UUID(anna["user"]["id"])]
