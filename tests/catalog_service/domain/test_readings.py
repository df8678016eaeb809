"""How else a word may be written, and which words are quantities."""

from __future__ import annotations

import re

import pytest

from catalog_service.domain import short_words
from catalog_service.domain.readings import MOST_READINGS, readings
from catalog_service.domain.search import terms


@pytest.mark.parametrize(
    ("folded", "found"),
    [
        ("bread", ()),
        ("1.5", ("1,5",)),
        ("creme-brulee", ("creme brulee",)),
        ("3個", ("3 個",)),
        ("떡볶이2인분", ("떡볶이2 인분", "떡볶이 2인분", "떡볶이 2 인분")),
    ],
)
def test_other_ways_of_writing(folded: str, found: tuple[str, ...]) -> None:
    assert readings(folded, folded) == found


def test_other_ways_are_bounded() -> None:
    assert readings("کتابها", "کتاب ها") == ("کتاب ها",)
    assert len(readings("a1-b2.5-c3d4", "a1 b2.5 c3d4")) == MOST_READINGS
    assert readings("", "") == ()


def test_a_number_and_its_unit_are_one_word() -> None:
    assert terms("brot 500 g") == ["brot", "500 g"]
    assert terms("1,5 L saft 2kg") == ["1,5 L", "saft", "2kg"]
    assert terms("g 500 ganz 2 gute") == ["g", "500", "ganz", "2", "gute"]


@pytest.mark.parametrize(
    ("typed", "text", "is_there"),
    [
        ("2kg", "carrots 2 kg", True),
        ("2 kg", "(2kg)", True),
        ("2 kg", "12 kg", False),
        ("1.5l", "soup 1,5 l", True),
        ("1,5 l", "soup 1.5l", True),
        ("1.5l", "soup 145 l", False),
        ("500g", "500 gramm", True),
    ],
)
def test_a_quantity_is_found_however_it_is_written(typed: str, text: str, is_there: bool) -> None:
    assert (re.search(short_words.beginning(typed), text) is not None) is is_there


@pytest.mark.parametrize(
    ("typed", "keys", "unit_keys"),
    [
        ("2kg", ["2"], ["2k", "kg"]),
        ("1,5 l", ["1"], ["5l", "l"]),
        ("12kg", [], []),  # trigrams tell more
        ("1.25 l", [], []),
        ("br", ["br"], []),
    ],
)
def test_a_short_quantity_has_keys_of_its_number_and_its_unit(
    typed: str, keys: list[str], unit_keys: list[str]
) -> None:
    assert short_words.keys(typed) == keys
    assert short_words.unit_keys(typed) == unit_keys
