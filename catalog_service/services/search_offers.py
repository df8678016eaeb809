"""Somebody looks for offers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from catalog_service.domain.actors import Actor
from catalog_service.domain.offers import Offer
from catalog_service.domain.search import OfferSearch
from catalog_service.repository import offer_searches
from catalog_service.repository.paging import Page
from catalog_service.repository.places import usual_currency
from catalog_service.repository.words import read_words
from shared.cursors import PageRequest
from shared.database import Connection


async def search_offers(
    connection: Connection, search: OfferSearch, page: PageRequest, actor: Actor
) -> Page[Offer]:
    """A page of what is found."""
    search = await _in_one_currency(connection, search)
    words = await read_words(connection, search.text)
    return await offer_searches.find_offers(connection, search, words, page, actor)


async def count_searches(
    connection: Connection, searches: Sequence[OfferSearch], actor: Actor
) -> Mapping[OfferSearch, int]:
    """How many offers each search finds, as far as 1001."""
    counts = {}
    for search in searches:
        asked = await _in_one_currency(connection, search)
        words = await read_words(connection, asked.text)
        counts[search] = await offer_searches.count_offers(connection, asked, words, actor)
    return counts


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
