"""What the words of a search may mean: as typed, mistyped, and the places that are called so."""

import string
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, bindparam, text

from catalog_service.domain.search import terms
from catalog_service.domain.typos import SHORTEST, meant
from shared.database import Connection

MOST_CANDIDATES: Final = 2_000
MOST_PLACES: Final = 5_000

# Folding is the database's: one function for what is stored and what is typed.
_WORDS = text(
    """
    SELECT typed, folded, spaced, CASE WHEN length(normalize(folded, NFD)) >= :shortest THEN array(
        SELECT word FROM search_words
        WHERE catalog_typo_keys(word) && catalog_typo_keys(folded) LIMIT :most) END AS candidates
    FROM (
        SELECT number, catalog_search_pattern(term) AS typed,
            btrim(catalog_fold(term), :signs) AS folded,
            btrim(catalog_spaced(catalog_fold(term))) AS spaced
        FROM unnest(CAST(:terms AS text[])) WITH ORDINALITY AS given (term, number)
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
    ``typed_at`` and ``places_at``: places with such a name.
    """

    typed: str
    patterns: list[str]
    whole: str
    part: str
    parts: list[str]
    typed_at: list[UUID]
    places_at: list[UUID]

    @property
    def form(self) -> Hashable:
        """What the text of its conditions hangs on."""
        return len(self.patterns) > 1, bool(self.typed_at), bool(self.places_at)


async def read_words(connection: Connection, searched: str | None) -> tuple[Word, ...]:
    """The words of a search; those of five letters and more with what they may have meant."""
    typed = terms(searched)
    if not typed:
        return ()
    asked = {
        "terms": typed,
        "signs": string.punctuation,
        "shortest": SHORTEST,
        "most": MOST_CANDIDATES,
    }
    rows = (await connection.execute(_WORDS, asked)).all()
    meanings = [[f"%{each}%" for each in meant(row.folded, row.candidates or ())] for row in rows]
    # what has no letter or digit, such as "%", is in no name
    parts = [
        [f"%{row.spaced}%" if row.spaced else "", *more]
        for row, more in zip(rows, meanings, strict=True)
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
        )
        for row, more, part, at in zip(rows, meanings, parts, places, strict=True)
    )
