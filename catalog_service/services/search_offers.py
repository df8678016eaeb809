"""Somebody looks for offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from catalog_service.domain.actors import Actor
from catalog_service.domain.offers import Offer
from catalog_service.domain.search import OfferSearch
from catalog_service.repository import offer_searches
from catalog_service.repository.offer_searches import Places, places_in
from catalog_service.repository.paging import Page
from catalog_service.repository.places import usual_currency
from catalog_service.repository.words import Word, read_words
from shared.database import Connection
from shared.pagination.cursors import PageRequest


@dataclass(frozen=True, slots=True)
class SettledSearch:
    """A search with what the database said of it: its currency, what its words may mean, and which
    places are in its area."""

    search: OfferSearch
    words: tuple[Word, ...] = field(compare=False)
    places: Places = field(compare=False)


async def settle(connection: Connection, search: OfferSearch) -> SettledSearch:
    """Ask once for what both the page and its count need."""
    search = await _in_one_currency(connection, search)
    words = await read_words(connection, search.text)
    return SettledSearch(search, words, await places_in(connection, search))


async def search_offers(
    connection: Connection, settled: SettledSearch, page: PageRequest, actor: Actor
) -> Page[Offer]:
    """A page of what is found."""
    return await offer_searches.find_offers(
        connection, settled.search, settled.words, settled.places, page, actor
    )


async def count_searches(
    connection: Connection, searches: Sequence[SettledSearch], actor: Actor
) -> Mapping[SettledSearch, int]:
    """How many offers each search finds, as far as 1001."""
    return {
        each: await offer_searches.count_offers(
            connection, each.search, each.words, each.places, actor
        )
        for each in searches
    }


async def search_offers_of_places(
    connection: Connection,
    place_ids: Sequence[UUID],
    page: PageRequest,
    search: OfferSearch,
    actor: Actor,
) -> Mapping[UUID, Page[Offer]]:
    """The same page of each place, which has one currency."""
    words = await read_words(connection, search.text)
    return await offer_searches.find_offers_of_places(
        connection, place_ids, page, search, words, actor
    )


async def count_offers_of_places(
    connection: Connection, place_ids: Sequence[UUID], search: OfferSearch, actor: Actor
) -> Mapping[UUID, int]:
    """How many there are at each place, as far as 1001."""
    words = await read_words(connection, search.text)
    return await offer_searches.count_offers_of_places(connection, place_ids, search, words, actor)


async def _in_one_currency(connection: Connection, search: OfferSearch) -> OfferSearch:
    """Where amounts are compared and nobody said of what: 5 is little in euros, nothing in yen."""
    if not search.asks_for_prices or search.currency is not None or search.place_id is not None:
        return search
    return replace(search, currency=await usual_currency(connection, search))
