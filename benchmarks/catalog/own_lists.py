"""The lists that only some may see: partners' and admins' offers, reservations, reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID

from benchmarks.catalog.data import place_id
from benchmarks.catalog.growth import FIRST_PAGE, Question, count_of, page_of
from benchmarks.catalog.people import (
    ADMIN,
    CHAIN,
    FREQUENT_CUSTOMER,
    OWNED_PLACE,
    OWNER,
    PLACES_OF_CHAIN,
    USUAL_CUSTOMER,
)
from catalog_service.domain.actors import Actor
from catalog_service.domain.offers import OfferStatus
from catalog_service.domain.reservations import ReservationStatus
from catalog_service.domain.search import OfferOrder, OfferSearch
from catalog_service.repository.places import find_places_of
from catalog_service.repository.reports import find_reports
from catalog_service.repository.reservations import (
    find_activity_of_users,
    find_reservations_of_places,
    find_reservations_of_users,
)
from catalog_service.services.search_offers import count_offers_of_places, search_offers_of_places

ALL = OfferSearch(statuses=tuple(OfferStatus))
OFFERS = {
    "drafts": (OfferStatus.DRAFT,),
    "offers of all statuses": tuple(OfferStatus),
    "offers not for sale": tuple(each for each in OfferStatus if each is not OfferStatus.ACTIVE),
}
ORDERS = (OfferOrder.PICKUP_START, OfferOrder.PRICE, OfferOrder.NEWEST, OfferOrder.DISCOUNT)
RESERVATIONS = {
    "reservations": None,
    **{f"reservations, {status}": (status,) for status in ReservationStatus},
}


def questions() -> Mapping[str, Question]:
    """Every list of everybody."""
    one = [place_id(OWNED_PLACE)]
    fifty = [place_id(number) for number in range(PLACES_OF_CHAIN)]
    return {
        f"{who}: {what}": question
        for who, asked in (
            ("owner of one place", _of_partner(OWNER, one)),
            ("manager of fifty", _of_partner(CHAIN, fifty)),
            ("admin", chain(_of_offers(ADMIN), _of_places(ADMIN, one), _of_reports())),
            ("customer", _of_customer(USUAL_CUSTOMER)),
            ("customer of 1 %", _of_customer(FREQUENT_CUSTOMER)),
        )
        for what, question in asked
    }


def _of_partner(actor: Actor, places: Sequence[UUID]) -> Iterator[tuple[str, Question]]:
    yield from _of_offers(actor)
    yield from _of_places(actor, places)
    if actor.user_id is not None:
        yield "places", partial(find_places_of, user_id=actor.user_id, page=FIRST_PAGE)


def _of_offers(actor: Actor) -> Iterator[tuple[str, Question]]:
    for what, statuses in OFFERS.items():
        for order in ORDERS:
            yield f"{what} by {order}", page_of(OfferSearch(statuses=statuses, order=order), actor)
        yield f"count of {what}", count_of(OfferSearch(statuses=statuses), actor)


def _of_places(actor: Actor, places: Sequence[UUID]) -> Iterator[tuple[str, Question]]:
    """What is read of all these places at once, a page or a count for each."""
    of_these: dict[str, Any] = {"place_ids": places, "actor": actor}
    for what, statuses in RESERVATIONS.items():
        yield (
            f"each place's {what}",
            partial(find_reservations_of_places, page=FIRST_PAGE, statuses=statuses, **of_these),
        )
    yield (
        "each place's offers",
        partial(search_offers_of_places, page=FIRST_PAGE, search=ALL, **of_these),
    )
    yield "count of each place's offers", partial(count_offers_of_places, search=ALL, **of_these)


def _of_customer(user_id: UUID) -> Iterator[tuple[str, Question]]:
    for what, statuses in RESERVATIONS.items():
        yield (
            what,
            partial(
                find_reservations_of_users,
                user_ids=[user_id],
                page=FIRST_PAGE,
                statuses=statuses,
            ),
        )
    yield "activity", partial(find_activity_of_users, user_ids=[user_id], page=FIRST_PAGE)


def _of_reports() -> Iterator[tuple[str, Question]]:
    for what, is_open in (("reports", None), ("open reports", True), ("closed reports", False)):
        for where, place in (("", None), (" of a place", place_id(OWNED_PLACE))):
            yield (
                what + where,
                partial(
                    find_reports,
                    actor=ADMIN,
                    page=FIRST_PAGE,
                    is_open=is_open,
                    offer_id=None,
                    place_id=place,
                ),
            )
