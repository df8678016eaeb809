"""The rules by themselves: plain Python, no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.domain.activity import check_period
from catalog_service.domain.actors import NOBODY, Actor, Role, Standing
from catalog_service.domain.allergens import Allergen
from catalog_service.domain.diets import Diet
from catalog_service.domain.errors import InvalidInput, StateForbids
from catalog_service.domain.money import Money, is_amount
from catalog_service.domain.offers import (
    STATUS_SOURCES,
    Availability,
    Offer,
    OfferChanges,
    OfferDetails,
    OfferStatus,
    check_change,
    check_offer,
    check_transition,
    revised,
)
from catalog_service.domain.pickup import (
    CODE_ALPHABET,
    CODE_LENGTH,
    PickupWindow,
    new_pickup_code,
    normal_pickup_code,
    window_faults,
)
from catalog_service.domain.places import PlaceDetails, check_place
from catalog_service.domain.reservations import ReservationRequest
from catalog_service.domain.search import OfferOrder, OfferSearch, check_offer_search, terms
from catalog_service.domain.text import image_url_faults, normal_tags, text_faults

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = PickupWindow(NOW + HOUR, NOW + 3 * HOUR)
OFFER = Offer(
    id=UUID(int=1),
    place_id=UUID(int=2),
    title="Bread",
    description="",
    price=Money(Decimal("2.50"), "EUR"),
    original_price=Money(Decimal("5.00"), "EUR"),
    max_per_customer=None,
    quantity_total=10,
    quantity_available=10,
    window=WINDOW,
    status=OfferStatus.ACTIVE,
    availability=Availability.AVAILABLE,
    tags=[],
    allergens=[Allergen.MILK],
    diets=[Diet.VEGETARIAN],
    image_urls=[],
    created_at=NOW,
    updated_at=NOW,
    discount=50,
)


def changed(**details: Any) -> OfferDetails:
    return revised(OFFER, OfferChanges(details))


@pytest.mark.parametrize(
    ("amount", "fine"),
    [
        ("0", True),
        ("0.01", True),
        ("9999999999.99", True),
        ("10000000000", False),
        ("-0.01", False),
        ("0.001", False),
        ("NaN", False),
        ("Infinity", False),
        ("1E+400", False),
        ("1E-400", False),
    ],
)
def test_an_amount(amount: str, fine: bool) -> None:
    assert is_amount(Decimal(amount), "EUR") is fine


def test_several_cost_several_times() -> None:
    assert Money(Decimal("2.50"), "EUR").times(3) == Money(Decimal("7.50"), "EUR")


@given(st.text(max_size=50))
def test_text_without_faults_can_be_stored(text: str) -> None:
    faults = list(text_faults(("t",), text, 50))
    if not faults:
        assert "\0" not in text
        assert text.encode().decode() == text


@given(st.text(max_size=40))
def test_a_typed_code_is_one_or_none(typed: str) -> None:
    code = normal_pickup_code(typed)
    assert code is None or (len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET))


def test_codes_have_no_look_alikes_and_survive_typing() -> None:
    assert not set("01OILUV") & set(CODE_ALPHABET)
    codes = {new_pickup_code() for _ in range(200)}
    assert len(codes) > 190
    for code in codes:
        assert normal_pickup_code(f" {code[:3].lower()}-{code[3:]} ") == code


@given(st.lists(st.text(max_size=10), max_size=10))
def test_normal_tags_are_normal_already(tags: list[str]) -> None:
    once = normal_tags(tags)
    assert len(set(once)) == len(once)
    assert normal_tags(once) == once or any(char.lower() != char for tag in once for char in tag)


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://images.example.com/a.jpg?w=1&h=2#top", True),
        ("https://images.example.com:443/a", True),
        ("https://xn--bcher-kva.example/a", True),
        ("https://images.example.com:8443/a", False),
        ("https://user:pw@example.com/", False),
        ("https://localhost/", False),
        ("https://printer.local/", False),
        ("https://127.1/", False),
        ("https://0x7f.0.0.1/", False),
        ("https://[fd00::1]/", False),
        ("https://example.com\\@evil.example/", False),
        ("https://example.com/\u202egpj", False),
        ("ftp://example.com/a", False),
        ("//example.com/a", False),
        ("https://", False),
        ("https://a..b.example/", False),
        ("https://example.com:99999/", False),
        (" https://example.com/", False),
    ],
)
def test_a_public_address(url: str, fine: bool) -> None:
    assert (not list(image_url_faults(("u",), [url]))) is fine


@pytest.mark.parametrize("target", OfferStatus)
@pytest.mark.parametrize("start", OfferStatus)
def test_every_step_of_an_offer(start: OfferStatus, target: OfferStatus) -> None:
    if start in STATUS_SOURCES[target]:
        check_transition(start, target)
    else:
        with pytest.raises(StateForbids):
            check_transition(start, target)


def test_cancelled_is_for_good() -> None:
    reachable = {
        target for target in OfferStatus if OfferStatus.CANCELLED in STATUS_SOURCES[target]
    }
    assert reachable == {OfferStatus.CANCELLED}


@pytest.mark.parametrize(
    ("details", "live", "fine"),
    [
        ({}, True, True),
        ({"title": "Cake", "price": Decimal(1)}, True, True),
        ({"window": PickupWindow(NOW, NOW + 4 * HOUR)}, True, True),
        ({"window": PickupWindow(NOW + 2 * HOUR, NOW + 3 * HOUR)}, True, False),
        ({"window": PickupWindow(NOW + HOUR, NOW + 2 * HOUR)}, True, False),
        ({"window": PickupWindow(NOW + HOUR, NOW + 2 * HOUR)}, False, True),
        ({"allergens": [Allergen.MILK, Allergen.EGGS]}, True, True),
        ({"allergens": []}, True, False),
        ({"allergens": None}, True, False),
        ({"allergens": None}, False, True),
    ],
)
def test_what_live_reservations_allow(details: dict[str, Any], live: bool, fine: bool) -> None:
    after = changed(**details)
    if fine:
        check_change(OFFER, after, has_live_reservations=live)
    else:
        with pytest.raises(StateForbids):
            check_change(OFFER, after, has_live_reservations=live)


def test_undeclared_allergens_may_be_declared() -> None:
    undeclared = OFFER._replace(allergens=None)
    check_change(undeclared, changed(allergens=[]), has_live_reservations=True)


def test_a_cancelled_offer_does_not_change() -> None:
    cancelled = OFFER._replace(status=OfferStatus.CANCELLED)
    with pytest.raises(StateForbids):
        check_change(cancelled, changed(title="x"), has_live_reservations=False)


def test_one_end_of_the_window_alone() -> None:
    later = NOW + 5 * HOUR
    after = revised(OFFER, OfferChanges({}, pickup_end=later))
    assert after.window == PickupWindow(WINDOW.start, later)


def test_all_faults_of_an_offer_are_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_offer(changed(title=" ", price=Decimal(6), quantity_total=0, tags=["x" * 41]), "EUR")
    assert [(fault.path[-1], fault.code) for fault in refused.value.violations] == [
        ("title", "TOO_SHORT"),
        ("price", "ABOVE_ORIGINAL"),
        ("quantityTotal", "OUT_OF_RANGE"),
        (0, "TOO_LONG"),
    ]


@pytest.mark.parametrize(
    ("length", "code"),
    [
        (timedelta(), "NOT_AFTER_START"),
        (-HOUR, "NOT_AFTER_START"),
        (timedelta(hours=48, seconds=1), "TOO_LONG"),
        (timedelta(hours=48), None),
    ],
)
def test_the_length_of_a_window(length: timedelta, code: str | None) -> None:
    faults = list(window_faults(PickupWindow(NOW, NOW + length)))
    assert [fault.code for fault in faults] == ([] if code is None else [code])


def test_a_window_that_is_over() -> None:
    check_offer(changed(), "EUR", ahead_of=WINDOW.end - timedelta(microseconds=1))
    with pytest.raises(InvalidInput):
        check_offer(changed(), "EUR", ahead_of=WINDOW.end)


def test_all_faults_of_a_place_are_named() -> None:
    place = PlaceDetails("", "x\0", "", float("nan"), 181, "Europe/Atlantis", "XXX")
    with pytest.raises(InvalidInput) as refused:
        check_place(place)
    assert {fault.path[-1] for fault in refused.value.violations} == {
        *("name", "address", "description", "latitude", "longitude", "timeZone", "currency")
    }


def test_a_wish_is_known_by_offer_and_quantity() -> None:
    wish = ReservationRequest(UUID(int=1), UUID(int=2), 1, "key")
    assert wish.fingerprint == replace(wish, idempotency_key="another").fingerprint
    assert wish.fingerprint != replace(wish, quantity=2).fingerprint
    assert wish.fingerprint != replace(wish, offer_id=UUID(int=3)).fingerprint


def test_searching() -> None:
    assert terms(" rye  bread rye ") == ["rye", "bread"]
    assert len(terms("a b c d e f g h i j k l")) == 10
    with pytest.raises(InvalidInput):
        check_offer_search(OfferSearch(order=OfferOrder.DISTANCE))
    with pytest.raises(InvalidInput):
        check_offer_search(OfferSearch(min_price=Decimal(-1)))


def test_periods() -> None:
    day = date(2026, 1, 1)
    assert check_period(day, day).first == day
    for last in (date(2025, 12, 31), date(2027, 1, 3)):
        with pytest.raises(InvalidInput):
            check_period(day, last)


def test_nobody_is_nobody() -> None:
    user = UUID(int=7)
    assert not NOBODY.is_self(user)
    assert Actor(user_id=user).is_self(user)
    assert not Actor(user_id=UUID(int=8), role=Role.ADMIN).is_self(user)


@pytest.mark.parametrize(
    ("known", "role"), [(None, "partner"), (2, "partner"), (3, "partner"), (4, "user")]
)
def test_the_newer_report_of_an_account_holds(known: int | None, role: str) -> None:
    actor = Actor(UUID(int=7), Role.PARTNER, email_verified=True, version=3)
    standing = None if known is None else Standing(UUID(int=7), known, Role.USER, True)
    assert actor.informed(standing).role == role


def test_the_fourteen_allergens() -> None:
    assert len(Allergen) == 14
