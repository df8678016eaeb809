"""The rules of accounts, without anything around them."""

import unicodedata
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth_service.domain.account_search import AccountSearch, check_search
from auth_service.domain.email import Email, fold
from auth_service.domain.errors import (
    AuthError,
    InvalidEmail,
    InvalidInput,
    OwnRoleFixed,
    TokenInvalid,
    WeakPassword,
)
from auth_service.domain.password import Password
from auth_service.domain.user import Language, Role, User
from auth_service.domain.verification import Purpose, VerificationToken, digest_of
from auth_service.services.addresses import deliverable, read_email
from shared.outbox import delay_after


@pytest.mark.parametrize(
    "spelling",
    [
        "müller@exämple.com",
        "MÜLLER@EXÄMPLE.COM",
        unicodedata.normalize("NFD", "Müller@exämple.com"),
        "müller@xn--exmple-cua.com",
        "Müller@XN--EXMPLE-CUA.COM",
        "ｍüller＠exämple．com",
        "  müller@exämple.com  ",
    ],
)
def test_all_spellings_of_an_address_are_one(spelling: str) -> None:
    assert read_email(spelling).canonical == "müller@xn--exmple-cua.com"


def test_an_address_is_kept_as_typed() -> None:
    email = read_email("Anna.Berg+food@Example.COM")
    assert email.typed == "Anna.Berg+food@Example.COM"
    assert email.canonical == "anna.berg+food@example.com"
    assert deliverable(email) == "Anna.Berg+food@example.com"


def test_the_domain_of_a_deliverable_address_is_ascii() -> None:
    assert deliverable(read_email("anna@exämple.com")) == "anna@xn--exmple-cua.com"


@pytest.mark.parametrize(
    "text",
    ["", "@", "a", "a@", "@b.com", "a@b", "a b@c.com", "a@b..com", "a@-b.com", "a@@b.com",
     "a@b.com\r\nBcc: x@y.com", "a\n@b.com", "a@b.com\0", "\ud800@b.com", "a@b\u2028.com",
     "x" * 65 + "@b.com", "a@" + "b" * 250 + ".com", "a@localhost", "a@127.0.0.1",
     "Anna <a@b.com>", "a@b.com,c@d.com", '"a b"@c.com'],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(InvalidEmail) as caught:
        read_email(text)
    assert caught.value.extensions()["violations"][0]["path"] == ["email"]


@given(st.emails())
def test_any_address_is_read_or_refused_and_folding_is_stable(text: str) -> None:
    try:
        email = read_email(text)
    except InvalidEmail:
        return
    assert read_email(email.canonical).canonical == email.canonical
    assert read_email(text.swapcase()).canonical == email.canonical


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=300))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        email = read_email(text)
    except InvalidEmail:
        return
    assert "\r" not in email.typed
    assert "\n" not in email.typed


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Passw0rd", []),
        ("", ["TOO_SHORT", "NO_UPPER_CASE", "NO_LOWER_CASE", "NO_DIGIT"]),
        ("passw0rd", ["NO_UPPER_CASE"]),
        ("PASSW0RD", ["NO_LOWER_CASE"]),
        ("Password", ["NO_DIGIT"]),
        ("Pw0", ["TOO_SHORT"]),
        ("Passw0rd" + "x" * 64, []),
        ("Passw0rd" + "x" * 65, ["TOO_LONG"]),
        ("Passw0rd" + "🥐" * 16, []),
        ("Passw0rd" + "🥐" * 17, ["TOO_LONG"]),
        ("Passw0rd\0", ["NOT_TEXT"]),
        ("Passw0rd\ud800", ["NOT_TEXT"]),
        ("Ünicöde9", []),
        ("x" * 1_000_000, ["NO_UPPER_CASE", "NO_DIGIT", "TOO_LONG"]),
    ],
)
def test_new_passwords_hear_every_rule_they_break(text: str, codes: list[str]) -> None:
    if not codes:
        assert Password.chosen(text).encoded() == text.encode()
        return
    with pytest.raises(WeakPassword) as caught:
        Password.chosen(text, "newPassword")
    assert [fault.code for fault in caught.value.faults] == codes
    assert {fault.argument for fault in caught.value.faults} == {"newPassword"}


@pytest.mark.parametrize(("text", "code"), [("x" * 201, "TOO_LONG"), ("a\0b", "UNPRINTABLE")])
def test_a_search_that_nobody_types_is_refused_for_its_reason(text: str, code: str) -> None:
    check_search(AccountSearch("x" * 200))
    with pytest.raises(InvalidInput) as caught:
        check_search(AccountSearch(text))
    assert [(fault.argument, fault.code) for fault in caught.value.faults] == [("search", code)]


@pytest.mark.parametrize("text", ["Passw0rd" + "x" * 65, "a\0b", "\ud800", "x" * 1_000_000])
def test_what_can_be_nobodys_password(text: str) -> None:
    with pytest.raises(WeakPassword):
        Password.attempted(text)


@given(st.text())
def test_an_attempt_is_never_cut(text: str) -> None:
    try:
        password = Password.attempted(text)
    except WeakPassword:
        return
    composed = unicodedata.normalize("NFC", text)
    assert {form.decode() for form in password.forms()} <= {composed, text}
    assert max(map(len, password.forms())) <= 72


def test_secrets_stay_out_of_repr() -> None:
    token = VerificationToken.issue(uuid4(), Purpose.VERIFY_EMAIL)
    assert "hunter2" not in repr(Password("hunter2"))
    assert token.text not in repr(token)
    assert "$2b$" not in repr(account())


def test_mail_tokens_are_long_random_and_stored_hashed() -> None:
    tokens = [VerificationToken.issue(uuid4(), Purpose.VERIFY_EMAIL) for _ in range(100)]
    assert len({token.text for token in tokens}) == 100
    assert {len(token.digest) for token in tokens} == {32}
    assert digest_of(tokens[0].text) == tokens[0].digest


@pytest.mark.parametrize("text", ["", "x", "x" * 42, "x" * 44, "é" * 43, "x" * 100_000])
def test_what_cannot_be_a_mail_token(text: str) -> None:
    with pytest.raises(TokenInvalid):
        digest_of(text)


def account(role: Role = Role.USER) -> User:
    now = datetime.now(UTC)
    email = Email("a@b.com", "a@b.com")
    return User(
        id=uuid4(),
        email=email,
        password_hash="$2b$04$hash",
        role=role,
        is_verified=True,
        display_name=None,
        language=Language.ENGLISH,
        notifications=frozenset(),
        token_version=3,
        least_token_version=0,
        standing_version=1,
        suspended_at=None,
        suspension_reason=None,
        is_approved=True,
        created_at=now,
        updated_at=now,
    )


def test_a_new_role_ends_sessions_and_the_same_role_changes_nothing() -> None:
    user = account()
    assert user.with_role(Role.USER, by=uuid4()) is user
    assert user.with_role(Role.PARTNER, by=uuid4()).token_version == 4


def test_nobody_changes_their_own_role() -> None:
    user = account(Role.ADMIN)
    with pytest.raises(OwnRoleFixed):
        user.with_role(Role.USER, by=user.id)


def test_delays_double_and_stop_growing() -> None:
    longest = timedelta(minutes=5)
    delays = [delay_after(attempt, longest) for attempt in range(1, 40)]
    assert delays[:3] == [timedelta(seconds=seconds) for seconds in (2, 4, 8)]
    assert delays[-1] == delay_after(10_000, longest) == longest


def test_every_error_has_a_code_of_its_kind() -> None:
    def below(kind: type[AuthError]) -> list[type[AuthError]]:
        return [kind, *(leaf for child in kind.__subclasses__() for leaf in below(child))]

    codes = [kind.code for kind in below(AuthError) if not kind.__subclasses__()]
    assert "INTERNAL" not in codes
    assert len(codes) == len(set(codes)) == 11
