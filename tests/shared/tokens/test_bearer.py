"""From a header to a caller, with a bounded memory."""

import time

import pytest
from joserfc.jwk import ECKey
from pydantic import SecretStr

from shared.settings.service import ServiceSettings
from shared.tokens import (
    ANONYMOUS,
    AccessTokenValidator,
    BearerAuthenticator,
    Caller,
    StaticKeys,
    TokenRejected,
    VerificationKey,
    bearer_authenticator,
    read_bearer,
)
from tests.shared.forge import AUDIENCE, ISSUER, NOW, good_claims, signed

KEY = ECKey.generate_key("P-256")


class Clock:
    """A wall clock that tests move."""

    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now


class CountingValidator(AccessTokenValidator):
    """Counts the verifications that were not remembered."""

    verified = 0

    async def validate(self, token: str) -> Caller:
        self.verified += 1
        return await super().validate(token)


def authenticator(
    clock: Clock, capacity: int = 10
) -> tuple[BearerAuthenticator, CountingValidator]:
    keys = StaticKeys([VerificationKey(KEY, KEY.thumbprint(), ("ES256",))])
    validator = CountingValidator(ISSUER, AUDIENCE, keys, clock=clock)
    return BearerAuthenticator(validator, clock=clock, capacity=capacity), validator


@pytest.mark.parametrize("header", ["Bearer abc", "bearer abc", "BEARER  abc "])
def test_the_scheme_in_any_case(header: str) -> None:
    assert read_bearer(header) == "abc"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "abc", "Bearer a b"])
def test_a_bad_header_is_never_anonymous(header: str) -> None:
    with pytest.raises(TokenRejected):
        read_bearer(header)


async def test_no_header_is_anonymous() -> None:
    assert await authenticator(Clock())[0].caller(None) is ANONYMOUS


@pytest.mark.parametrize(("since", "is_good"), [(-1, True), (0, True), (0.9, True), (1, False)])
async def test_tokens_from_before_a_moment_are_good_no_more(since: float, is_good: bool) -> None:
    """``iat`` has whole seconds: one of the moment's own second may be from after it."""
    token = signed(KEY)

    async def moment() -> float:
        return NOW + since

    _, validator = authenticator(Clock())
    bearer = BearerAuthenticator(validator, clock=Clock(), issued_since=moment)
    if is_good:
        assert await bearer.caller(f"Bearer {token}") is not ANONYMOUS
    else:
        with pytest.raises(TokenRejected, match="no more"):
            await bearer.caller(f"Bearer {token}")


async def test_a_token_is_verified_once_a_minute() -> None:
    clock = Clock()
    bearer, validator = authenticator(clock)
    header = f"Bearer {signed(KEY)}"
    for _ in range(5):
        await bearer.caller(header)
    assert validator.verified == 1
    clock.now += 61
    await bearer.caller(header)
    assert validator.verified == 2


async def test_a_remembered_token_is_forgotten_when_it_expires() -> None:
    clock = Clock()
    bearer, _ = authenticator(clock)
    header = f"Bearer {signed(KEY, good_claims(exp=NOW + 10))}"
    await bearer.caller(header)
    clock.now = NOW + 41
    with pytest.raises(TokenRejected) as caught:
        await bearer.caller(header)
    assert caught.value.reason == "expired"


async def test_a_change_of_keys_forgets_everything() -> None:
    bearer, validator = authenticator(Clock())
    header = f"Bearer {signed(KEY)}"
    await bearer.caller(header)
    validator.keys.generation += 1
    await bearer.caller(header)
    assert validator.verified == 2


async def test_keys_that_change_while_a_token_is_judged_are_not_taken_for_its_own() -> None:
    _, validator = authenticator(Clock())

    async def moment() -> float:
        validator.keys.generation += 1  # the key that verified it is withdrawn meanwhile
        return 0

    bearer = BearerAuthenticator(validator, clock=Clock(), issued_since=moment)
    header = f"Bearer {signed(KEY)}"
    for _ in range(2):
        await bearer.caller(header)
    assert validator.verified == 2


async def test_the_memory_is_bounded_and_holds_no_token() -> None:
    bearer, validator = authenticator(Clock(), capacity=2)
    tokens = [signed(KEY, good_claims(jti=str(number))) for number in range(3)]
    for token in (*tokens, tokens[0]):
        await bearer.caller_of_token(token)
    assert validator.verified == 4
    assert len(bearer._verdicts) == 2
    assert not any(token.encode() in bearer._verdicts for token in tokens)


async def test_rejections_are_not_remembered_as_good() -> None:
    bearer, validator = authenticator(Clock())
    for _ in range(2):
        with pytest.raises(TokenRejected):
            await bearer.caller(f"Bearer {signed(ECKey.generate_key('P-256'))}")
    assert validator.verified == 2
    assert not bearer._verdicts


async def test_a_service_lets_a_token_end_while_its_request_runs() -> None:
    keys = StaticKeys([VerificationKey(KEY, KEY.thumbprint(), ("ES256",))])
    settings = ServiceSettings(
        database_url=SecretStr("postgresql://nobody@127.0.0.1/none"),
        gateway_key=SecretStr("k" * 32),
        jwt_issuer=ISSUER,
        jwt_audience=AUDIENCE,
    )
    bearer, now = bearer_authenticator(settings, keys), int(time.time())
    valid = {"iat": now - 900, "nbf": now - 900}
    ended = signed(KEY, good_claims(**valid, exp=now - 45))
    assert (await bearer.caller(f"Bearer {ended}")).user_id is not None
    with pytest.raises(TokenRejected):
        await bearer.caller(f"Bearer {signed(KEY, good_claims(**valid, exp=now - 60))}")
