"""Amounts, in the decimals that ISO 4217 gives each currency."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.domain.money import DECIMALS, Money, is_amount, scaled, what_amounts_are

CURRENCIES = st.sampled_from(sorted(DECIMALS))


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [
        ("JPY", 0),
        ("KRW", 0),
        ("VND", 0),
        ("ISK", 0),
        ("UGX", 0),
        ("XOF", 0),
        ("CLP", 0),
        ("EUR", 2),
        ("USD", 2),
        ("HUF", 2),
        ("IDR", 2),
        ("MGA", 2),
        ("KWD", 3),
        ("BHD", 3),
        ("OMR", 3),
        ("JOD", 3),
        ("TND", 3),
        ("IQD", 3),
        ("LYD", 3),
    ],
)
def test_decimals_are_those_of_iso_4217(currency: str, decimals: int) -> None:
    assert DECIMALS[currency] == decimals


@pytest.mark.parametrize("code", ["XAU", "XXX", "CLF", "eur", "", "EURO"])
def test_what_is_no_currency_in_use(code: str) -> None:
    assert code not in DECIMALS


@given(CURRENCIES, st.integers(0, 10**12))
def test_every_amount_of_smallest_units_is_one(currency: str, units: int) -> None:
    amount = Decimal(units).scaleb(-DECIMALS[currency])
    assert is_amount(amount, currency) == (amount <= Decimal("9999999999.99"))


@given(CURRENCIES, st.integers(1, 10**9), st.integers(1, 4))
def test_nothing_finer_is(currency: str, units: int, finer: int) -> None:
    amount = Decimal(units * 10 + 1).scaleb(-DECIMALS[currency] - finer)
    assert not is_amount(amount, currency)


@given(CURRENCIES, st.lists(st.integers(0, 10**9), max_size=20))
def test_sums_keep_the_decimals(currency: str, units: list[int]) -> None:
    amounts = [Decimal(each).scaleb(-DECIMALS[currency]) for each in units]
    total = Money.of(sum(amounts, Decimal(0)), currency)
    assert total.amount == sum(amounts, Decimal(0))
    assert -total.amount.as_tuple().exponent == DECIMALS[currency]  # type: ignore[operator]
    assert total.times(3) == Money.of(total.amount * 3, currency)


@given(CURRENCIES, st.integers(0, 10**10 - 1), st.integers(1, 1000))
def test_what_was_stored_with_three_decimals_is_written_with_its_own(
    currency: str, units: int, count: int
) -> None:
    amount = Decimal(units).scaleb(-DECIMALS[currency])
    stored = amount.quantize(Decimal("0.001"))
    told = Money.of(stored, currency).times(count).amount
    assert told == amount * count
    whole, _, fraction = f"{told:f}".partition(".")
    assert str(told) == f"{told:f}"
    assert (whole.isdecimal(), len(fraction)) == (True, DECIMALS[currency])


def test_what_is_said_of_amounts() -> None:
    assert what_amounts_are("JPY") == "Zero or more, with no decimals."
    assert what_amounts_are("KWD") == "Zero or more, with at most 3 decimals."
    assert scaled(Decimal("1.500"), "EUR") == Decimal("1.50")
