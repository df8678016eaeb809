"""Lists of asked statuses: of what is not for sale each status has indexes, in each order.

A partner reads own places only. Each of them is asked by itself, through the index of a place:
along a status of all places it would be nine hundred and ninety-nine offers of others, one of one's
own, and so on.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, true, union_all

from catalog_service.domain.offers import OfferStatus
from catalog_service.domain.search import OfferOrder
from catalog_service.models import tables
from catalog_service.repository.conditions import manages, own_places
from catalog_service.repository.offer_queries import Query, columns_of, first_of, inside, whole
from catalog_service.repository.paging import merged, outer, paged
from catalog_service.repository.rows import offer
from shared.pagination.cursors import PageRequest


def by_status(query: Query, page: PageRequest) -> Select[Any]:
    """A page of what is found: the page of each status, and of those the first.

    What is for sale and what is not have indexes of their own; together they would be sorted.
    """
    order = query.order()
    own, of_all = parted(query)
    pages = [_own_page(own, page)] if own else []
    for each in of_all:
        ids = select(offer.id).where(*each.conditions(), *inside(each, offer.place_id))
        pages.append(paged(ids, order, offer.id, page))
    found = union_all(*(select(each.subquery()) for each in pages)).subquery("found")
    return whole(query, order, first_of(found, order, page))


def _own_page(statuses: Sequence[Query], page: PageRequest) -> Select[Any]:
    """The page of each own place, and of those the first; what is asked of an own place is so."""
    query = statuses[0]
    places = own_places(query.actor).subquery("own_places")
    there = [
        select(offer.id).where(
            offer.place_id == outer(places.c.place_id),
            *each.conditions(is_managed=true()),
            *inside(each, offer.place_id),
        )
        for each in statuses
    ]
    rows = merged(there, query.order(), offer.id, page).lateral("page")
    return select(rows).select_from(places.join(rows, true()))


def at_place(query: Query, place_id: ColumnElement[UUID], page: PageRequest) -> Select[Any]:
    """A page of what is found at the place in the column."""
    is_managed = manages(place_id, query.actor)
    found = []
    for each in each_status(query):
        offers = select(*columns_of(query.search)).where(
            offer.place_id == place_id,
            *each.conditions(is_managed=is_managed),
            *inside(each, place_id),
        )
        if query.search.order is OfferOrder.DISTANCE:
            offers = offers.join(tables.place, tables.place.c.id == offer.place_id)
        found.append(offers)
    return merged(found, query.order(), offer.id, page)


def each_status(query: Query) -> Sequence[Query]:
    """The same for each status that is asked for by itself."""
    search = query.search
    if search.statuses is None:
        return [query]
    statuses = sorted(set(search.statuses))
    return [replace(query, search=replace(search, statuses=(each,))) for each in statuses]


def parted(query: Query) -> tuple[Sequence[Query], Sequence[Query]]:
    """The statuses that are found at a partner's own places, and those that are found anywhere."""
    each, for_all = each_status(query), (OfferStatus.ACTIVE,)
    if not query.actor.is_partner or query.search.statuses is None:
        return [], each
    return (
        [one for one in each if one.search.statuses != for_all],
        [one for one in each if one.search.statuses == for_all],
    )
