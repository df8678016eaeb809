"""Rules of inputs that need nothing but the input, for what is wrong beside unreadable values.

Which currency the price is in, or what the offer was before, only a resolver knows; it is asked
once all can be read.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from catalog_service.domain.errors import InvalidInput
from catalog_service.domain.money import LARGEST_AMOUNT
from catalog_service.domain.offers import OfferChanges, OfferDetails, check_offer
from catalog_service.domain.pickup import PickupWindow
from catalog_service.domain.places import PlaceDetails
from catalog_service.domain.schedules import check_schedule
from catalog_service.domain.search import OfferOrder
from catalog_service.schemas.offers import CopyOfferInput, CreateOfferInput, UpdateOfferInput
from catalog_service.schemas.places import CreatePlaceInput, UpdatePlaceInput
from catalog_service.schemas.schedules import CreateScheduleInput
from catalog_service.schemas.search import OfferFilter
from catalog_service.services.place_details import checked_place
from shared.graphql.unread_inputs import Rule, Rules

_ONLY_RESOLVERS: Final = frozenset({"imageUrls"})
"""Pictures of our own have addresses that a resolver knows."""
_PLACE: Final = PlaceDetails("A", "", "A", 0, 0, "UTC", "EUR")


def _new_offer(given: CreateOfferInput) -> None:
    check_offer(given.details(), None, ahead_of=datetime.now(UTC))


def _changed_offer(given: UpdateOfferInput | CopyOfferInput) -> None:
    check_offer(_revised(given.changes()), None, ahead_of=datetime.now(UTC))


def _revised(changes: OfferChanges) -> OfferDetails:
    """The changes to an offer about which all else is right."""
    now = datetime.now(UTC)
    start = changes.pickup_start or now
    window = PickupWindow(start, changes.pickup_end or max(start, now) + timedelta(hours=1))
    right = OfferDetails("A", "", Decimal(0), LARGEST_AMOUNT, 1, window, [], None, [])
    return replace(right, **changes.details)


def _new_schedule(given: CreateScheduleInput) -> None:
    check_schedule(given.details(), None)


def _new_place(given: CreatePlaceInput) -> None:
    checked_place(given.details())


def _changed_place(given: UpdatePlaceInput) -> None:
    checked_place(replace(_PLACE, **given.changes()))


def _search(given: OfferFilter) -> None:
    given.search(OfferOrder.PICKUP_START)


def _rule(check: Callable[[Any], None]) -> Rule:
    """What ``check`` finds about the fields that were sent and can be read."""

    def broken(given: Any, names: frozenset[str]) -> InvalidInput | None:
        try:
            check(given)
        except InvalidInput as error:
            known = names - _ONLY_RESOLVERS
            faults = [fault for fault in error.violations if fault.is_between(known)]
            return InvalidInput(faults) if faults else None
        return None

    return broken


RULES: Final[Rules] = {
    CreateOfferInput: _rule(_new_offer),
    UpdateOfferInput: _rule(_changed_offer),
    CopyOfferInput: _rule(_changed_offer),
    CreateScheduleInput: _rule(_new_schedule),
    CreatePlaceInput: _rule(_new_place),
    UpdatePlaceInput: _rule(_changed_place),
    OfferFilter: _rule(_search),
}
