"""Every letter in every language: what stands in it, and that both of its forms say the same."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes, message_from_string, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html import unescape
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import meta

from auth_service.core.letters import LETTERS, FactsMissing, write
from auth_service.core.letters.formats import Formats
from auth_service.core.letters.writing import Fact, environment
from auth_service.core.mail import Mail, MailNotSent, compose
from auth_service.domain.errors import InvalidEmail
from auth_service.domain.user import Language
from auth_service.services.addresses import read_email
from catalog_service.domain.money import DECIMALS
from catalog_service.services.tell_keepers import ADMIN_ACTS

FACTS: dict[str, Fact] = {
    "url": "https://est.example/#verify=abc",
    "token": "abc-token",
    "newEmail": "anna@new.example",
    "changedAt": "2026-11-29T16:00:00+00:00",
    "role": "MANAGER",
    "reason": "The oven broke & <b>burst</b>.",
    "quantity": 2,
    "offer": "Bread <script>alert(1)</script>",
    "place": "<b>Bäckerei</b> & Söhne",
    "address": "1 Mill Lane",
    "pickupStart": "2026-11-29T16:00:00+00:00",
    "pickupEnd": "2026-11-29T17:00:00+00:00",
    "timeZone": "Europe/Berlin",
    "pickupCode": "K7WX2M",
    "total": "5.00",
    "currency": "EUR",
    "addedAllergens": "MILK, SULPHITES",
    "inviter": "Ada Müller",
    "expiresAt": "2026-12-13T16:00:00+00:00",
    "newAddress": "2 Mill Lane",
    "hours": "08:00 – 12:00",
    "what": "OFFER_CHANGED",
}
OWN_ROLES = {"role_changed"}
ALL = [(name, language) for name in LETTERS for language in Language]
UNSUBSCRIBE = "https://est.example/unsubscribe?user=1&kind=2"
FOLDER = files("auth_service.core.letters") / "templates"


def facts_of(name: str) -> dict[str, Fact]:
    return FACTS | {"role": "partner"} if name in OWN_ROLES else FACTS


def variables(name: str, language: Language) -> set[str]:
    """What a template reads, through what it includes."""
    made = environment(language, html=False)
    found: set[str] = set()
    waiting = [name]
    while waiting:
        source = (FOLDER / waiting.pop()).read_text()
        tree = made.parse(source)
        found |= meta.find_undeclared_variables(tree)
        included = [each for each in meta.find_referenced_templates(tree) if each is not None]
        waiting += [each for each in included if not each.endswith("_words.j2")]
    return found - set(made.globals)


@pytest.mark.parametrize(("name", "language"), ALL)
def test_a_template_needs_its_facts_and_no_others(name: str, language: Language) -> None:
    kind = LETTERS[name]
    assert variables(f"{language.value}/{name}.j2", language) == kind.facts | kind.optional


def test_there_is_no_template_without_a_letter() -> None:
    parts = {"_footer.j2", "_reservation.j2", "_words.j2"}
    expected = parts | {f"{name}.j2" for name in LETTERS}
    for language in Language:
        assert {each.name for each in (FOLDER / language.value).iterdir()} == expected


@pytest.mark.parametrize(("name", "language"), ALL)
@pytest.mark.parametrize("unsubscribe", [None, UNSUBSCRIBE])
def test_html_and_text_say_the_same(name: str, language: Language, unsubscribe: str | None) -> None:
    letter = write(name, language, facts_of(name), unsubscribe)
    body = letter.html.partition("<body")[2].partition(">")[2]
    assert unescape(re.sub("<[^>]*>", "", body)).split() == letter.text.split()
    assert (UNSUBSCRIBE in letter.text) is (unsubscribe is not None)
    assert f'<html lang="{language.value}">' in letter.html


@pytest.mark.parametrize(("name", "language"), ALL)
def test_what_people_wrote_stays_text(name: str, language: Language) -> None:
    letter = write(name, language, facts_of(name))
    assert "<script" not in letter.html
    assert "<b>" not in letter.html
    for fact in LETTERS[name].facts & {"place", "offer", "reason"}:
        assert str(FACTS[fact]) in letter.text


@pytest.mark.parametrize(("name", "language"), ALL)
def test_a_fact_that_must_be_there_is_asked_for(name: str, language: Language) -> None:
    kind = LETTERS[name]
    for fact in kind.facts:
        given = {key: value for key, value in FACTS.items() if key != fact}
        with pytest.raises(FactsMissing):
            write(name, language, given)
    without = {key: facts_of(name)[key] for key in kind.facts}
    shortest = write(name, language, without)
    assert "None" not in shortest.text
    if kind.optional:
        assert len(shortest.text) < len(write(name, language, facts_of(name)).text)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("what", ADMIN_ACTS)
def test_there_are_words_for_whatever_an_admin_did(what: str, language: Language) -> None:
    given = {"place": "Mill", "what": what}
    about = write("changed_by_admin", language, given | {"offer": "Old bread"})
    assert what not in about.text
    assert "Old bread" in about.text
    assert "None" not in write("changed_by_admin", language, given).text


@pytest.mark.parametrize("name", LETTERS)
def test_languages_differ(name: str) -> None:
    letters = [write(name, language, facts_of(name)) for language in Language]
    assert len({letter.subject for letter in letters}) == 3
    assert len({letter.text for letter in letters}) == 3


@pytest.mark.parametrize(
    ("given", "english", "german", "french"),
    [
        (("2.50", "EUR"), "€2.50", "2,50 €", "2,50 €"),
        (("1500", "JPY"), "JP¥1,500", "1.500 ¥", "1 500 JPY"),
        (("1.250", "KWD"), "KWD 1.250", "1,250 KWD", "1,250 KWD"),
        (("12345.00", "CHF"), "CHF 12,345.00", "12.345,00 CHF", "12 345,00 CHF"),
    ],
)
def test_amounts_by_language_and_currency(
    given: tuple[str, str], english: str, german: str, french: str
) -> None:
    written = [
        re.sub(r"\s", " ", Formats(language).money(*given))
        for language in (Language.ENGLISH, Language.GERMAN, Language.FRENCH)
    ]
    assert written == [english, german, french]


@given(
    st.sampled_from(sorted(DECIMALS)),
    st.integers(0, 10**12),
    st.sampled_from(
        [(Language.ENGLISH, ".", ","), (Language.GERMAN, ",", "."), (Language.FRENCH, ",", " ")]
    ),
)
def test_each_amount_keeps_the_decimals_of_its_currency(
    currency: str, units: int, written_in: tuple[Language, str, str]
) -> None:
    language, point, group = written_in
    amount = Decimal(units).scaleb(-DECIMALS[currency])
    shown = re.sub(r"\s", " ", Formats(language).money(f"{amount:f}", currency))
    match = re.search(r"\d.*\d|\d", shown)
    assert match is not None, shown
    whole, _, fraction = match[0].partition(point)
    assert len(fraction) == DECIMALS[currency]
    assert Decimal(f"{whole.replace(group, '')}.{fraction or 0}") == amount


@pytest.mark.parametrize(
    ("start", "end", "zone", "expected"),
    [
        ("2026-11-29T16:00Z", "2026-11-29T17:00Z", "Europe/Berlin",
         "Sunday, 29 November 2026, 17:00 – 18:00 (Berlin, UTC+1)"),
        ("2026-06-29T16:00Z", "2026-06-29T17:00Z", "Europe/Berlin",
         "Monday, 29 June 2026, 18:00 – 19:00 (Berlin, UTC+2)"),
        ("2026-10-25T00:30Z", "2026-10-25T01:30Z", "Europe/Berlin",
         "Sunday, 25 October 2026, 02:30 (UTC+2) – 02:30 (UTC+1) (Berlin)"),
        ("2026-11-29T22:00Z", "2026-11-30T00:30Z", "Europe/Berlin",
         "Sunday, 29 November 2026, 23:00 – Monday, 30 November 2026, 01:30 (Berlin, UTC+1)"),
        ("2026-11-29T16:00Z", "2026-11-29T17:00Z", "Pacific/Pago_Pago",
         "Sunday, 29 November 2026, 05:00 – 06:00 (Pago Pago, UTC-11)"),
        ("2026-11-29T16:00Z", "2026-11-29T17:00Z", "Asia/Kathmandu",
         "Sunday, 29 November 2026, 21:45 – 22:45 (Kathmandu, UTC+5:45)"),
        ("2026-11-29T16:00Z", "2026-11-29T17:00Z", "UTC",
         "Sunday, 29 November 2026, 16:00 – 17:00 (UTC)"),
        ("2026-11-29 17:00", "2026-11-29 18:00", "Europe/Berlin",
         "Sunday, 29 November 2026, 17:00 – 18:00 (Berlin, UTC+1)"),
    ],
)  # fmt: skip
def test_windows_in_the_place_s_local_time(start: str, end: str, zone: str, expected: str) -> None:
    assert Formats(Language.ENGLISH).window(start, end, zone) == expected


def test_windows_in_other_languages() -> None:
    given = ("2026-11-29T16:00Z", "2026-11-29T17:00Z", "Europe/Vienna")
    assert Formats(Language.GERMAN).window(*given) == (
        "Sonntag, 29. November 2026, 17:00 – 18:00 (Wien, UTC+1)"
    )
    assert Formats(Language.FRENCH).window(*given) == (
        "dimanche 29 novembre 2026, 17:00 – 18:00 (Vienne, UTC+1)"
    )


def sent(name: str, unsubscribe: str | None = None, **facts: Any) -> EmailMessage:
    letter = write(name, Language.GERMAN, facts_of(name) | facts, unsubscribe)
    mail = Mail(
        "<1@est.example>", "a@x.example", letter.subject, letter.text, letter.html, unsubscribe
    )
    parsed = message_from_bytes(bytes(compose(mail, "EST <a@est.example>")), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?q?x=0D=0ABcc:_victim@x.example=0D=0A=0D=0AHello?= invites you",
        "=?utf-8?b?eA0KWC1JbmplY3RlZDogeWVzDQoNClBheSBub3c=?=",
        "=?utf-8?q?=E2=80=AE?= =?foo?q?x?= =?",
        "ＡＢ =?utf-8?q?x=0A?= " + "ö" * 200,
        "plain " * 60,
        "",
    ],
)
def test_a_subject_is_what_it_says(subject: str) -> None:
    mail = Mail("<1@est.example>", "a@x.example", subject, "text", "<p>text</p>")
    wire = bytes(compose(mail, "EST <a@est.example>"))
    head = wire.partition(b"\r\n\r\n")[0]
    names = [line.split(b":")[0].lower() for line in head.split(b"\r\n") if line[:1].strip()]
    assert sorted(names) == [
        *(b"auto-submitted", b"content-type", b"date", b"from"),
        *(b"message-id", b"mime-version", b"subject", b"to"),
    ]
    assert max(map(len, wire.split(b"\r\n"))) < 998
    parsed = message_from_bytes(wire, policy=policy.default)
    assert str(parsed["Subject"]).strip() == subject.strip()
    assert parsed["Bcc"] is None
    assert parsed.get_content_type() == "multipart/alternative"


def test_an_address_that_reads_as_another_is_written_to_by_nobody() -> None:
    for address in ("=?utf-8?q?a=40evil.example?=@x.example", "b=?c@x.example"):
        with pytest.raises(MailNotSent) as refused:
            compose(Mail("<1@est.example>", address, "s", "text", "text"), "a@est.example")
        assert refused.value.permanent
        with pytest.raises(InvalidEmail):
            read_email(address)
    with pytest.raises(InvalidEmail):
        read_email("＝？utf-8？q？a？＝@x.example")
    assert read_email("a=b?c@x.example").typed == "a=b?c@x.example"


def test_a_mail_has_both_forms_and_the_plain_one_first() -> None:
    mail = sent("reservation_made", UNSUBSCRIBE)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["List-Unsubscribe"] == f"<{UNSUBSCRIBE}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent("reservation_cancelled")["List-Unsubscribe"] is None


def test_answers_go_to_who_reads_them() -> None:
    letter = write("account_suspended", Language.GERMAN, FACTS)
    mail = Mail("<1@est.example>", "a@x.example", letter.subject, letter.text, letter.html)
    assert compose(mail, "EST <a@est.example>")["Reply-To"] is None
    asked = compose(mail, "EST <a@est.example>", "Help <help@est.example>")
    assert asked["Reply-To"] == "Help <help@est.example>"


def test_headers_are_what_mail_programs_read() -> None:
    long = f"{UNSUBSCRIBE}&signature={'a' * 64}&user={'b' * 36}"
    letter = write("reservation_made", Language.GERMAN, FACTS, long)
    mail = Mail("<1@est.example>", "a@x.example", letter.subject, letter.text, letter.html, long)
    head = bytes(compose(mail, "EST <a@est.example>")).partition(b"\r\n\r\n")[0].decode()
    assert f"\r\nList-Unsubscribe: <{long}>\r\n" in head
    sent_at = parsedate_to_datetime(message_from_string(head)["Date"])
    assert abs(datetime.now(UTC) - sent_at) < timedelta(minutes=1)


def test_what_people_wrote_makes_no_header_and_no_paragraph() -> None:
    evil = "Ofen\r\nBcc: x@y.example\r\n\r\nKlicken Sie hier\x00"
    mail = sent("place_closed", place=evil, reason=evil)
    assert mail["Bcc"] is None
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "\nKlicken" not in plain.get_content()
    assert "Klicken Sie hier" in plain.get_content()


def test_long_reasons_stay_within_the_lines_of_smtp() -> None:
    letter = write("place_closed", Language.FRENCH, FACTS | {"reason": "ü" * 3000})
    mail = Mail("<1@est.example>", "a@x.example", letter.subject, letter.text, letter.html)
    lines = bytes(compose(mail, "EST <a@est.example>")).split(b"\r\n")
    assert max(map(len, lines)) <= 998


@pytest.mark.parametrize(
    "typed",
    [
        "Sign in at https://evil.example/login",
        "HTTP://evil",
        "www.evil.example",
        "evil.example/login",
        "evil.\u200bexample",
        "evil．example",
        "evil。example",
        "support@evil.example",
        r"\\evil\share",
    ],
)
@pytest.mark.parametrize("name", ["partner_invited", "place_closed", "reservation_changed"])
def test_what_others_wrote_makes_no_link(typed: str, name: str) -> None:
    fields = LETTERS[name].by_others
    letter = write(name, Language.ENGLISH, facts_of(name) | dict.fromkeys(fields, typed))
    for text in (letter.subject, letter.text, letter.html):
        assert not re.search(r"evil[.．。]\S|://evil|\\\\evil", text)
    assert letter.text.count("evil") >= len(fields)
    assert len(re.findall("<a ", letter.html)) == (name == "partner_invited")


def test_names_with_dots_stay_names() -> None:
    named = {"place": "St. Anna & Co., Nr. 2.5 (Inh. A. B.)", "offer": "Brot ... 1.50"}
    letter = write("reservation_made", Language.GERMAN, FACTS | named)
    assert all(each in letter.text for each in named.values())


def test_what_we_write_keeps_its_links() -> None:
    rules = "See https://est.example/rules."
    assert rules in write("place_taken_down", Language.ENGLISH, FACTS | {"reason": rules}).text
    assert str(FACTS["url"]) in write("partner_invited", Language.ENGLISH, FACTS).text
