"""Words that are one typing error apart: a letter more, less, another, or two in wrong order.

That is a distance of one as Damerau and Levenshtein count, adjacent letters swapped being one
error. Letters of Hangul are its jamo, so words are compared decomposed (NFD).
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

SHORTEST: Final = 5  # letters of a word that may be mistyped
SHORTEST_BEGINNING: Final = 7  # of one that may be the beginning of a longer one
MOST_MEANT: Final = 20


def is_one_error_apart(one: str, other: str) -> bool:
    """Whether one typing error makes one of the other; False for equal words."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    if len(one) == len(other) == 2:  # noqa: PLR2004
        return one == other[::-1]
    return max(len(one), len(other)) == 1


def meant(typed: str, words: Iterable[str]) -> tuple[str, ...]:
    """What a folded word may have been meant to be, the same first letter first; at most 20.

    A longer word counts by its beginning: *volkorn* is *vollkorn* of *vollkornbrot*.
    """
    letters = unicodedata.normalize("NFD", typed)
    if len(letters) < SHORTEST:
        return ()
    found = {each for word in words if (each := _meant_by(letters, word)) is not None}
    return tuple(sorted(found, key=lambda each: (each[:1] != typed[:1], each))[:MOST_MEANT])


def _meant_by(letters: str, word: str) -> str | None:
    whole = unicodedata.normalize("NFD", word)
    if is_one_error_apart(letters, whole):
        return word
    if len(letters) < SHORTEST_BEGINNING or whole != word:  # no half syllables
        return None
    for length in (len(letters), len(letters) + 1, len(letters) - 1):
        if length < len(whole) and is_one_error_apart(letters, whole[:length]):
            return whole[:length]
    return None
