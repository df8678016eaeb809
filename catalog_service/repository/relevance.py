"""How well offers and places fit the words of a search.

The ranks of an offer, the best first:

    0   every word stands in the title, whole and as typed         Rye bread
    1   every word stands in the title as typed, within others     Gingerbread
    2   every word occurs as typed in title, description or tags   Salad with bread crumbs
    3   the same with the place's name                             Soup at the Bread House
    4   every word occurs in the title, with a typing error        Raed bread
    5   whatever else is found

Each rank is a condition that excludes those before it, so a page is read rank by rank, each in an
order that an index has. That costs the same however many offers fit.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    not_,
    or_,
    true,
)

from catalog_service.repository.rows import offer, place
from catalog_service.repository.words import Word

RANKS: Final = range(6)
WITH_PLACES, MISTYPED = 3, 4
_STEP: Final = 10**16  # more than the microseconds of any moment


def occur(words: Sequence[Word]) -> ColumnElement[bool]:
    """Whether an offer is found: each word occurs, mistyped or at a place of that name too."""
    return and_(true(), *(_anyhow(index, word) for index, word in enumerate(words)))


def has_rank(words: Sequence[Word], rank: int) -> ColumnElement[bool] | None:
    """The condition of one rank; None where nothing can have it."""
    if rank == WITH_PLACES and not any(word.typed_at for word in words):
        return None
    if rank >= MISTYPED and all(len(word.patterns) == 1 for word in words):
        return None
    conditions = _ladder(words)
    if rank == 0:
        return conditions[0]
    if rank == RANKS[-1]:
        return and_(conditions[rank], not_(conditions[3]), not_(conditions[4]))
    return and_(conditions[rank], not_(conditions[rank - 1]))


def _ladder(words: Sequence[Word]) -> list[ColumnElement[bool]]:
    """What each rank asks for, without excluding others."""
    numbered = list(enumerate(words))
    typed = [_typed(index, word) for index, word in numbered]
    return [
        and_(*typed, *(_whole_in_title(index, word) for index, word in numbered)),
        and_(*typed, *(_title(word).like(_text("part", index)) for index, word in numbered)),
        and_(*typed),
        and_(*(_typed_or_called(index, word) for index, word in numbered)),
        and_(*(_title(word).like(any_(_texts("parts", index))) for index, word in numbered)),
        occur(words),
    ]


def rank_and_start(words: Sequence[Word]) -> ColumnElement[int]:
    """What offers are sorted by where they are few: the rank, then the start."""
    ranks = ((has_rank(words, rank), rank) for rank in RANKS[:-1])
    known = [(condition, rank) for condition, rank in ranks if condition is not None]
    start = cast(func.extract("epoch", offer.pickup_start) * 1_000_000, BigInteger)
    rank = case(*known, else_=RANKS[-1])
    return cast(rank, BigInteger) * _STEP + start


def sort_key(rank: int, start: datetime) -> int:
    """The same of one row."""
    return rank * _STEP + round(start.timestamp() * 1_000_000)


def rank_of(key: int) -> tuple[int, int]:
    """The rank in a sort key, and its start in microseconds."""
    return divmod(key, _STEP)


def place_rank(words: Sequence[Word]) -> ColumnElement[int]:
    """How well a place fits: the words whole in its name, within it, elsewhere, mistyped."""
    name, numbered = place.search_name, range(len(words))
    return case(
        (and_(true(), *(name.like(_text("whole", index)) for index in numbered)), 0),
        (and_(true(), *(name.like(_text("part", index)) for index in numbered)), 1),
        (and_(true(), *(_occurs(place, index, word) for index, word in enumerate(words))), 2),
        (and_(true(), *(name.like(any_(_texts("parts", index))) for index in numbered)), 3),
        else_=4,
    )


def place_occurs(words: Sequence[Word]) -> list[ColumnElement[bool]]:
    """Whether each word occurs in a place's name or address, mistyped too."""
    return [
        _occurs(place, index, word)
        if word.beginning
        else place.search_text.like(any_(_texts("patterns", index)))
        for index, word in enumerate(words)
    ]


def have_keys(words: Sequence[Word]) -> list[ColumnElement[bool]]:
    """What follows of short words, and is in an index."""
    found = []
    for index, word in enumerate(words):
        if word.keys:
            keys = func.catalog_short_keys(offer.search_text)
            there: ColumnElement[bool] = keys.op("@>", is_comparison=True)(_texts("keys", index))
            if word.unit_keys:
                there = and_(there, keys.op("&&", is_comparison=True)(_texts("unit_keys", index)))
            found.append(or_(there, _is_at("places_at", index)) if word.places_at else there)
    return found


def word_values(words: Sequence[Word]) -> dict[str, Any]:
    """What all of these bind, by name."""
    return {
        f"{name}_{index}": getattr(word, name)
        for index, word in enumerate(words)
        for name in Word.__slots__
    }


def _anyhow(index: int, word: Word) -> ColumnElement[bool]:
    if len(word.patterns) == 1:
        there = _typed(index, word)
    else:
        there = _seen(offer.search_text, word).like(any_(_texts("patterns", index)))
    return or_(there, _is_at("places_at", index)) if word.places_at else there


def _typed(index: int, word: Word) -> ColumnElement[bool]:
    return _occurs(offer, index, word)


def _occurs(row: Any, index: int, word: Word) -> ColumnElement[bool]:
    text = _seen(row.search_text, word)
    if word.beginning:
        return text.op("~", is_comparison=True)(_text("beginning", index))
    return text.like(_text("typed", index))


def _typed_or_called(index: int, word: Word) -> ColumnElement[bool]:
    there = _typed(index, word)
    return or_(there, _is_at("typed_at", index)) if word.typed_at else there


def _whole_in_title(index: int, word: Word) -> ColumnElement[bool]:
    """As one word even a letter has trigrams, with the spaces around it: few titles have it."""
    title = offer.search_title if word.beginning else _title(word)
    return title.like(_text("whole", index))


def _title(word: Word) -> ColumnElement[str]:
    return _seen(offer.search_title, word)


def _seen(column: ColumnElement[str], word: Word) -> ColumnElement[str]:
    """Hidden from the index on trigrams where there are none: it would be read from end to end."""
    return column.concat("") if word.keys else column


def _is_at(name: str, index: int) -> ColumnElement[bool]:
    return offer.place_id == any_(bindparam(f"{name}_{index}", type_=ARRAY(Uuid())))


def _text(name: str, index: int) -> ColumnElement[str]:
    return bindparam(f"{name}_{index}", type_=Text())


def _texts(name: str, index: int) -> ColumnElement[Any]:
    return bindparam(f"{name}_{index}", type_=ARRAY(Text))
