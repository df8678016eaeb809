"""One typing error apart: held against the definition, which tries every error there is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.domain.typos import is_one_error_apart, meant

LETTERS = "abc"
WORDS = st.text(LETTERS, max_size=6)


def errors(word: str) -> set[str]:
    """Whatever one error makes of a word."""
    places = range(len(word) + 1)
    return (
        {word[:at] + letter + word[at:] for at in places for letter in LETTERS}
        | {word[:at] + word[at + 1 :] for at in places}
        | {word[:at] + letter + word[at + 1 :] for at in places[:-1] for letter in LETTERS}
        | {word[:at] + word[at : at + 2][::-1] + word[at + 2 :] for at in places}
    ) - {word}


@given(WORDS, WORDS)
def test_one_error_apart_is_what_one_error_makes(one: str, other: str) -> None:
    assert is_one_error_apart(one, other) == (other in errors(one))
    assert is_one_error_apart(one, other) == is_one_error_apart(other, one)


@pytest.mark.parametrize(
    ("typed", "word", "found"),
    [
        ("croisant", "croissant", ("croissant",)),
        ("corissant", "croissant", ("croissant",)),
        ("vroissant", "croissant", ("croissant",)),
        ("brot", "boot", ()),  # four letters
        ("bread", "bread", ()),  # no error
        ("bread", "breakfast", ()),
        ("volkorn", "vollkornbrot", ("vollkorn",)),
        ("volkorn", "vollkorn", ("vollkorn",)),
        ("떡뽂이", "떡볶이", ("떡볶이",)),  # one letter of a syllable
        ("пелмени", "пельмени", ("пельмени",)),
    ],
)
def test_what_is_meant(typed: str, word: str, found: tuple[str, ...]) -> None:
    assert meant(typed, [word]) == found


@given(st.lists(st.text("ab", min_size=5, max_size=7), max_size=200))
def test_what_is_meant_is_bounded_and_always_the_same(words: list[str]) -> None:
    found = meant("ababab", words)
    assert len(found) <= 20
    assert found == meant("ababab", list(reversed(words)))
    assert all(unicodedata.is_normalized("NFC", each) for each in found)
