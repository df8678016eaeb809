"""Why an offer gives a customer nothing, as the error that says so."""

from datetime import UTC, datetime

from catalog_service.domain.errors import LimitReached, OfferClosed, PriceChanged, SoldOut, portions
from catalog_service.domain.money import Money
from catalog_service.domain.offers import Availability
from catalog_service.domain.reservations import CYCLE_SECONDS, CustomerLimits
from catalog_service.repository.reserving import Obstacle, Turn
from shared.errors import NotFound, RateLimited


def limit_reached(turn: Turn, limits: CustomerLimits) -> Exception | None:
    """The error for a customer who holds, or gave back, too much to reserve again."""
    if turn.live >= limits.live:
        message = f"You hold {turn.live} reservations: pick up or give back one first."
        return LimitReached(message, "reservations", limits.live)
    if turn.cancelled >= limits.cycles and turn.first_cancelled is not None:
        passed = (datetime.now(UTC) - turn.first_cancelled).total_seconds()
        wait = max(1, round(CYCLE_SECONDS - passed))
        return RateLimited(wait, "You gave back too many reservations.")
    return None


def refusal(
    obstacle: Obstacle | None, turn: Turn, more: int, expected: Money | None
) -> Exception | None:
    """The error for an offer that did not give ``more`` portions; None when it may by now."""
    if obstacle is None:
        return NotFound()
    if obstacle.availability in {Availability.ENDED, Availability.UNAVAILABLE}:
        return OfferClosed()
    if obstacle.availability is Availability.SOLD_OUT:
        return SoldOut(0)
    if expected is not None and expected != obstacle.price:
        return PriceChanged(str(obstacle.price.amount), obstacle.price.currency)
    most = obstacle.max_per_customer
    if most is not None and turn.held + more > most:
        has = f": you have {turn.held}" if turn.held else ""
        message = f"One customer may have {portions(most)} of this offer{has}."
        return LimitReached(message, "maxPerCustomer", most)
    return None
