"""Somebody looks for offers."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import InvalidInput
from catalog_service.domain.offers import Offer
from catalog_service.domain.search import OfferSearch
from catalog_service.repository import offer_searches
from catalog_service.repository.paging import Page
from catalog_service.repository.places import use_one_currency
from catalog_service.repository.words import read_words
from shared.cursors import PageRequest
from shared.database import Connection


async def search_offers(
    connection: Connection, search: OfferSearch, page: PageRequest, actor: Actor
) -> Page[Offer]:
    """A page of what is found.

    Raises ``InvalidInput`` where amounts are compared, places use several currencies, and nobody
    said which is meant: 5 is little in euros and nothing in yen.
    """
    await _require_currency(connection, search)
    words = await read_words(connection, search.text)
    return await offer_searches.find_offers(connection, search, words, page, actor)


async def count_searches(
    connection: Connection, searches: Sequence[OfferSearch], actor: Actor
) -> Mapping[OfferSearch, int]:
    """How many offers each search finds, as far as 1001. Raises ``InvalidInput`` likewise."""
    counts = {}
    for search in searches:
        await _require_currency(connection, search)
        words = await read_words(connection, search.text)
        counts[search] = await offer_searches.count_offers(connection, search, words, actor)
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


async def _require_currency(connection: Connection, search: OfferSearch) -> None:
    if not search.asks_for_prices or search.currency is not None or search.place_id is not None:
        return
    if not await use_one_currency(connection):
        message = "Places use several currencies: say in which the prices are."
        raise InvalidInput.at("filter", "currency", code="NEEDED", message=message)
