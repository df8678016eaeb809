"""The statements that count offers, as far as 1001: one is more than is told."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    Select,
    Uuid,
    bindparam,
    func,
    literal,
    select,
    true,
    union_all,
)

from catalog_service.models import tables
from catalog_service.repository.conditions import manages, own_places
from catalog_service.repository.offer_queries import Query, inside
from catalog_service.repository.offer_statuses import each_status, parted
from catalog_service.repository.paging import MOST_COUNTED, outer, parents_in
from catalog_service.repository.relevance import have_keys
from catalog_service.repository.rows import offer


def count_of(query: Query, *, gathered: bool) -> Select[Any]:
    """How many are found. ``gathered``: all of them first, through indexes."""
    keys = have_keys(query.words) if gathered else []
    one = select(literal(1).label("one"))
    own, of_all = parted(query)
    found = [
        one.select_from(tables.offer).where(
            *each.conditions(), *inside(each, offer.place_id), *keys
        )
        for each in of_all
    ]
    places = own_places(query.actor).subquery("own_places")
    found += [
        one.select_from(places.join(tables.offer, offer.place_id == places.c.place_id)).where(
            *each.conditions(is_managed=true()), *inside(each, offer.place_id)
        )
        for each in own
    ]
    ids = union_all(*found)
    source: Any = ids.subquery("found")
    if gathered:
        source = ids.cte("found").prefix_with("MATERIALIZED")
    return _counted(source)


def count_at_places(query: Query) -> Select[Any]:
    """Each of the query's places, and how many are found there; each place is asked by itself."""
    places = parents_in(bindparam("places", type_=ARRAY(Uuid())))
    found = union_all(
        *(
            select(literal(1).label("one")).where(
                offer.place_id == outer(places.c.id),
                *each.conditions(is_managed=manages(outer(places.c.id), query.actor)),
            )
            for each in each_status(query)
        )
    )
    return select(places.c.id, _counted(found.subquery("found")).scalar_subquery().label("count"))


def count_by_place(query: Query) -> Select[Any]:
    """The places where something is found, and how much: all of it is gathered first."""
    return (
        select(offer.place_id.label("id"), func.count().label("count"))
        .where(*query.conditions(), *inside(query, offer.place_id), *have_keys(query.words))
        .group_by(offer.place_id)
    )


def _counted(found: Any) -> Select[Any]:
    some = select(found).limit(MOST_COUNTED + 1).subquery("some")
    return select(func.count()).select_from(some)
