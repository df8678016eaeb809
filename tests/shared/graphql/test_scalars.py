"""Scalars are strict both ways."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from shared.graphql.scalars import (
    parse_date,
    parse_datetime,
    parse_decimal,
    parse_uuid,
    serialize_datetime,
    serialize_decimal,
)


def test_a_moment_comes_back_in_utc() -> None:
    moment = parse_datetime("2026-11-23T19:00:00+01:00")
    assert moment == datetime(2026, 11, 23, 18, tzinfo=UTC)
    assert serialize_datetime(moment.astimezone(timezone(timedelta(hours=5)))) == (
        "2026-11-23T18:00:00Z"
    )


@pytest.mark.parametrize(
    "value",
    ["2026-11-23T18:00:00", "2026-11-23", "tomorrow", "", "0001-01-01T00:00:00+14:00",
     "99999-01-01T00:00:00Z", 5, None, True, "2026-02-30T00:00:00Z", "2027-W01-1T10:00:00Z",
     "20270101T100000Z", "2027-01-01T10:00:00,5Z", "2027-01-01T10:00:00 Z",
     "2027-01-01T10:00:00+01:00:30", "2027-01-01T10:00:60Z", "2027-01-01T10:00:00+24:00"],
)  # fmt: skip
def test_what_is_no_moment(value: object) -> None:
    with pytest.raises(GraphQLError):
        parse_datetime(value)


@pytest.mark.parametrize("value", ["2026-11-23T18:00Z", "2026-11-23t18:00:00.123456789z"])
def test_what_is_a_moment_too(value: str) -> None:
    assert parse_datetime(value).replace(microsecond=0) == datetime(2026, 11, 23, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    ["2026-02-30", "2027-02-29", "20261205", "2026-W49-6", "2026-12-5", "0000-01-01", "12/05/2026",
     "2026-12-05T00:00", "", "tomorrow", 20261205, None, True],
)  # fmt: skip
def test_what_is_no_day(value: object) -> None:
    with pytest.raises(GraphQLError) as caught:
        parse_date(value)
    assert not value or str(value) not in caught.value.message


def test_a_day() -> None:
    assert parse_date("2028-02-29") == date(2028, 2, 29)


def test_a_naive_output_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="offset"):
        serialize_datetime(datetime(2026, 1, 1))  # noqa: DTZ001


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3))
def test_money_comes_back_exactly(value: Decimal) -> None:
    assert parse_decimal(serialize_decimal(value)) == value


@pytest.mark.parametrize("text", ["12.5", "12", "1200", "0.05", "-1.125", "0"])
def test_decimals_have_no_exponent(text: str) -> None:
    assert serialize_decimal(parse_decimal(text)) == text


@pytest.mark.parametrize("text", ["500", "2.50", "1.250", "1E+3"])
def test_all_places_are_shown(text: str) -> None:
    assert serialize_decimal(Decimal(text)) == f"{Decimal(text):f}"


def test_equal_decimals_are_read_alike() -> None:
    assert repr(parse_decimal("2.50")) == repr(parse_decimal("2.5"))


@pytest.mark.parametrize(
    "value",
    ["1.0005", "1e5", "NaN", "Infinity", "-Infinity", "", " 1", "1,5", "0x10", "١", 1.5, 1, None,
     "9" * 40, "1e400"],
)  # fmt: skip
def test_what_is_no_decimal(value: object) -> None:
    with pytest.raises(GraphQLError) as caught:
        parse_decimal(value)
    assert str(value) == "" or len(str(value)) < 5 or str(value) not in caught.value.message


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity")])
def test_a_decimal_that_is_not_finite_is_a_fault_of_ours(value: Decimal) -> None:
    with pytest.raises(ValueError, match="finite"):
        serialize_decimal(value)


@given(st.uuids())
def test_ids_come_back(value: object) -> None:
    assert parse_uuid(str(value)) == value
    assert parse_uuid(str(value).upper()) == value


@pytest.mark.parametrize(
    "value", ["", "x", "0b5f1c1e4c1d4a6e9f0a2f4f8f6f2a11", "{0b5f1c1e-4c1d-4a6e-9f0a-2f4f8f6f2a11}",
              "urn:uuid:0b5f1c1e-4c1d-4a6e-9f0a-2f4f8f6f2a11", 5, None]
)  # fmt: skip
def test_what_is_no_id(value: object) -> None:
    with pytest.raises(GraphQLError):
        parse_uuid(value)
