"""What the words of a search may mean: as typed, mistyped, and the places that are called so."""

import re
import string
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Row, Text, bindparam, text

from catalog_service.domain import short_words
from catalog_service.domain.readings import DECIMAL_SIGN, readings
from catalog_service.domain.search import terms
from catalog_service.domain.typos import SHORTEST, meant
from shared.database import Connection

MOST_CANDIDATES: Final = 2_000
MOST_PLACES: Final = 5_000
# What people put around words: "bread", (bread), bread!
SIGNS: Final = (
    string.punctuation + "“”„‟‘’‚«»‹›¡¿…·•–—،؛؟।、。，．！？：；・「」『』（）［］【】《》〈〉～"
)

# Folding is the database's: one function for what is stored and what is typed.
_WORDS = text(
    """
    SELECT catalog_search_pattern(CASE WHEN folded = '' THEN term ELSE folded END) AS typed,
        folded, whole, spaced, apart, array(
        -- homemade: home made, each of them a word that somebody wrote. A limit that is known
        -- to the planner has each looked up, rather than all words read.
        SELECT left(folded, place) || ' ' || substr(folded, place + 1)
        FROM generate_series(2, least(length(folded), 80) - 2) AS place
        WHERE EXISTS (SELECT FROM search_words WHERE word = left(folded, place))
            AND EXISTS (SELECT FROM search_words WHERE word = substr(folded, place + 1))
        LIMIT 3) AS split,
        CASE WHEN length(normalize(folded, NFD)) >= :shortest THEN array(
        SELECT word FROM search_words
        WHERE catalog_typo_keys(word) && catalog_typo_keys(folded) LIMIT :most) END AS candidates
    FROM (
        SELECT number, term, whole, btrim(whole, :signs) AS folded,
            btrim(catalog_fold(replace(term, U&'\\200C', ' ')), :signs) AS apart,
            btrim(catalog_spaced(whole)) AS spaced
        FROM (
            SELECT number, term, catalog_fold(term) AS whole
            FROM unnest(CAST(:terms AS text[])) WITH ORDINALITY AS given (term, number)
            OFFSET 0
        ) AS once
        OFFSET 0 -- or each place in a word would have it folded again
    ) AS words ORDER BY number
    """
).bindparams(
    bindparam("terms", type_=ARRAY(Text)),
    bindparam("signs", type_=Text()),
    bindparam("shortest", type_=Integer()),
    bindparam("most", type_=Integer()),
)
_PLACES = text(
    """
    SELECT array(SELECT id FROM places WHERE search_name LIKE part LIMIT :most) AS typed_at,
        array(SELECT id FROM places
            WHERE search_name LIKE ANY (string_to_array(parts, '|')) LIMIT :most) AS places_at
    FROM unnest(CAST(:part AS text[]), CAST(:parts AS text[])) WITH ORDINALITY
        AS given (part, parts, number) ORDER BY number
    """
).bindparams(
    bindparam("part", type_=ARRAY(Text)),
    bindparam("parts", type_=ARRAY(Text)),
    bindparam("most", type_=Integer()),
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a search, as patterns of LIKE.

    ``typed`` and ``patterns`` (with what else it may have meant) are for text as it is folded;
    ``whole``, ``part`` and ``parts`` (likewise) for titles and names, where spaces part the words.
    ``typed_at`` and ``places_at``: places with such a name. ``keys``, ``unit_keys`` and
    ``beginning``: of a word of one or two letters and of quantities, see ``short_words``.
    """

    typed: str
    patterns: list[str]
    whole: str
    part: str
    parts: list[str]
    typed_at: list[UUID]
    places_at: list[UUID]
    keys: list[str]
    unit_keys: list[str]
    beginning: str

    @property
    def form(self) -> Hashable:
        """What the text of its conditions hangs on."""
        shown = (self.typed_at, self.places_at, self.keys, self.unit_keys, self.beginning)
        return len(self.patterns) > 1, *map(bool, shown)


async def read_words(connection: Connection, searched: str | None) -> tuple[Word, ...]:
    """The words of a search; those of five letters and more with what they may have meant."""
    typed = terms(searched)
    if not typed:
        return ()
    asked = {
        "terms": typed,
        "signs": SIGNS,
        "shortest": SHORTEST,
        "most": MOST_CANDIDATES,
    }
    rows = (await connection.execute(_WORDS, asked)).all()
    beginnings = [short_words.beginning(row.folded) for row in rows]
    meanings = [
        [] if beginning else [_pattern(each) for each in _meanings(row)]
        for row, beginning in zip(rows, beginnings, strict=True)
    ]
    parts = [
        [_part(row.spaced, begins=bool(beginning)), *map(_as_in_names, more)]
        for row, more, beginning in zip(rows, meanings, beginnings, strict=True)
    ]
    wanted = {
        "part": [each[0] for each in parts],
        "parts": ["|".join(each) for each in parts],
        "most": MOST_PLACES,
    }
    places = (await connection.execute(_PLACES, wanted)).all()
    return tuple(
        Word(
            typed=row.typed,
            patterns=[row.typed, *more],
            whole=f"% {row.spaced} %" if row.spaced else "",
            part=part[0],
            parts=part,
            typed_at=at.typed_at,
            places_at=at.places_at,
            keys=short_words.keys(row.folded or row.whole),
            unit_keys=short_words.unit_keys(row.folded),
            beginning=beginning,
        )
        for row, more, beginning, part, at in zip(
            rows, meanings, beginnings, parts, places, strict=True
        )
    )


def _meanings(row: Row[Any]) -> list[str]:
    """What else a word may have been meant to be, each once."""
    written = (*readings(row.folded, row.apart), *row.split)
    return list(dict.fromkeys((*written, *meant(row.folded, row.candidates or ()))))


def _pattern(found: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", found) + "%"


def _as_in_names(pattern: str) -> str:
    """Of 1,5 l, say: 1 5 l."""
    return DECIMAL_SIGN.sub(" ", pattern)


def _part(spaced: str, *, begins: bool) -> str:
    if not spaced:  # what has no letter or digit, such as "%", is in no name
        return ""
    return f"% {spaced}%" if begins else f"%{spaced}%"
