"""What a search of offers asks for, as conditions and the values that they bind."""

from collections.abc import Hashable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Integer,
    Numeric,
    Text,
    Uuid,
    and_,
    bindparam,
    false,
    func,
    not_,
    or_,
    text,
)

from catalog_service.domain.diets import fits
from catalog_service.domain.offers import Availability, OfferStatus
from catalog_service.domain.pickup import LONGEST_WINDOW
from catalog_service.domain.search import OfferOrder, OfferSearch
from catalog_service.repository.conditions import (
    IS_ACTIVE,
    IS_PRESENT,
    NOT_ENDED,
    named,
)
from catalog_service.repository.geography import area_values
from catalog_service.repository.relevance import word_values
from catalog_service.repository.rows import offer
from catalog_service.repository.words import Word

_CLOCKS_DIFFER: Final = timedelta(minutes=1)

# In plain columns, of which the planner knows how often they have such values.
_MEANING: Final = {
    Availability.AVAILABLE: and_(IS_ACTIVE, NOT_ENDED, offer.quantity_available > 0),
    Availability.SOLD_OUT: and_(IS_ACTIVE, NOT_ENDED, offer.quantity_available == 0),
    Availability.ENDED: and_(IS_ACTIVE, offer.pickup_end <= func.now()),
    Availability.UNAVAILABLE: offer.status != OfferStatus.ACTIVE.value,
}


def conditions_of(
    search: OfferSearch, is_managed: ColumnElement[bool]
) -> list[ColumnElement[bool]]:
    """All that a search asks of an offer itself, but for its words.

    ``is_managed``: whether whoever asks works at its place.
    """
    published = _published(search, is_managed)
    return [IS_PRESENT, published, *_in_time(search), *_asked_for(search).values()]


def order_conditions(search: OfferSearch) -> list[ColumnElement[bool]]:
    """Of these what the index of its order tells by itself; more may stand there than is found."""
    asked = _asked_for(search)
    told = [IS_PRESENT, IS_ACTIVE]
    if is_about_now(search):
        told.append(NOT_ENDED)
    elif set(search.availabilities or ()) == {Availability.ENDED}:
        told += [_MEANING[Availability.ENDED], offer.pickup_start < func.now()]
    return [*told, *(asked[name] for name in _told_by_order(search) if name in asked)]


def _told_by_order(search: OfferSearch) -> list[str]:
    names = ["place_id", "pickup_from", "pickup_until"]  # all these indexes hold the window, too
    if search.order is OfferOrder.PRICE:
        names += ["min_price", "max_price"]
    elif search.order is OfferOrder.DISCOUNT:
        names += ["min_discount"]
    return names


def is_about_now(search: OfferSearch) -> bool:
    """Whether nothing that has ended is found."""
    wanted = search.availabilities
    if search.only_available or wanted is None:
        return True
    return bool(wanted) and not set(wanted) - {Availability.AVAILABLE, Availability.SOLD_OUT}


def is_impossible(search: OfferSearch) -> bool:
    """Whether what is asked contradicts itself: an index would be walked to its end."""
    if search.statuses is not None and not search.statuses:
        return True
    low, high = search.min_price, search.max_price
    after, before = search.pickup_from, search.pickup_until
    if low is not None and high is not None and low > high:
        return True
    # The difference, not a sum: 48 hours after the calendar's last day there is no moment.
    if after is not None and before is not None and after - before >= LONGEST_WINDOW:
        return True
    if search.statuses is not None or search.only_available or search.availabilities is None:
        return False
    possible = set(search.availabilities) - {Availability.UNAVAILABLE}  # the active are asked for
    will_end = after is not None and after > datetime.now(UTC) + _CLOCKS_DIFFER
    return possible <= ({Availability.ENDED} if will_end else set())


def _published(search: OfferSearch, is_managed: ColumnElement[bool]) -> ColumnElement[bool]:
    """Published offers; of one's own places, whatever statuses are asked for."""
    statuses = search.statuses
    if statuses is None or set(statuses) == {OfferStatus.ACTIVE}:
        return IS_ACTIVE
    if len(statuses) == 1:  # as the index on statuses wants it
        return and_(offer.status == statuses[0].value, is_managed)
    own = and_(named(offer.status, [status.value for status in statuses]), is_managed)
    return or_(IS_ACTIVE, own) if OfferStatus.ACTIVE in statuses else own


def _in_time(search: OfferSearch) -> list[ColumnElement[bool]]:
    if search.only_available:
        return [_MEANING[Availability.AVAILABLE]]
    if search.availabilities is None:
        return [NOT_ENDED] if search.statuses is None else []
    return [or_(false(), *(_MEANING[each] for each in search.availabilities))]


def _asked_for(search: OfferSearch) -> dict[str, ColumnElement[bool]]:
    """What may be asked of single columns, and of it what is, by name."""
    values = values_of(search)

    def given(name: str, type_: Any) -> ColumnElement[Any]:
        return bindparam(name, values.get(name), type_)

    def overlaps(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        return column.op("&&", is_comparison=True)(given(name, ARRAY(Text)))

    moment, tags = DateTime(timezone=True), func.catalog_tag_query(given("tags", ARRAY(Text)))
    asked: dict[str, ColumnElement[bool]] = {
        "place_id": offer.place_id == given("place_id", Uuid()),
        "tags": offer.tag_keys.op("@>", is_comparison=True)(tags),
        # NULL, that is undeclared, is not free of anything: NULL && … is NULL, hence not found.
        "allergens": not_(overlaps(offer.allergens, "allergens")),
        "currency": offer.currency == given("currency", Text()),
        "min_price": offer.price_amount >= given("min_price", Numeric()),
        "max_price": offer.price_amount <= given("max_price", Numeric()),
        "min_discount": offer.discount >= given("min_discount", Integer()),
        "pickup_from": offer.pickup_end > given("pickup_from", moment),
        "pickup_until": offer.pickup_start < given("pickup_until", moment),
    }
    diets = [f"diet_{diet.value}" for diet in search.diets]
    asked |= {name: overlaps(offer.diets, name) for name in diets}
    if search.pickup_from is not None:  # follows, and lets an index begin where it matters
        longest = given("pickup_from", moment) - text("interval '48 hours'")
        asked["pickup_from"] = and_(asked["pickup_from"], offer.pickup_start > longest)
    return {name: condition for name, condition in asked.items() if values[name] not in (None, [])}


def values_of(search: OfferSearch, words: Sequence[Word] = ()) -> dict[str, Any]:
    """What the statement of a search binds, by name."""
    return {
        "place_id": search.place_id,
        "tags": list(search.tags),
        "allergens": [allergen.value for allergen in search.excluded_allergens],
        **{f"diet_{diet.value}": [each.value for each in fits(diet)] for diet in search.diets},
        "currency": search.currency,
        "min_price": search.min_price,
        "max_price": search.max_price,
        "min_discount": search.min_discount,
        "pickup_from": search.pickup_from,
        "pickup_until": search.pickup_until,
        **area_values(search),
        **word_values(words),
    }


def form_of(search: OfferSearch, words: Sequence[Word]) -> Hashable:
    """What the text of a search hangs on; equal forms differ in values only."""
    return (
        search.order,
        search.availabilities,
        search.only_available,
        search.near is None,
        None if search.box is None else search.box.crosses_the_date_line,
        search.categories is None,
        tuple(word.form for word in words),
        search.place_id is None,
        bool(search.tags),
        bool(search.excluded_allergens),
        search.diets,
        search.currency is None,
        search.min_price is None,
        search.max_price is None,
        search.min_discount is None,
        search.pickup_from is None,
        search.pickup_until is None,
    )
