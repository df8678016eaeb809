"""Builds the demo rows: which offers, in which state, who reserved what."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from catalog_service.domain.activity import Action
from catalog_service.domain.moderation import ReportReason
from catalog_service.domain.offers import OfferStatus
from catalog_service.domain.pickup import CODE_ALPHABET, CODE_LENGTH, GRACE
from catalog_service.domain.places import PartnershipRole
from catalog_service.domain.reservations import ReservationStatus
from catalog_service.services.demo.figures import Figures, Row
from catalog_service.services.demo.menu import MENU, said
from catalog_service.services.demo.places import PLACES, DemoPlace
from catalog_service.services.demo.rows import DemoRows
from catalog_service.services.demo.week import evening_schedule, profile_of

SEED: Final = 20261123
OFFERS_MADE: Final = {
    "available": 200,
    "sold out": 12,
    "ended": 50,
    "paused": 14,
    "draft": 18,
    "cancelled": 6,
}
RESERVED_OF_AVAILABLE: Final = 6
LIVE_EACH: Final = 5
"""Live reservations of a customer: well below the limit, so that one can walk through the days."""
SCHEDULES: Final = 4
"""Places whose evening bag publishes itself."""
_STATUS: Final = {
    "paused": OfferStatus.PAUSED,
    "draft": OfferStatus.DRAFT,
    "cancelled": OfferStatus.CANCELLED,
}
_ENDINGS: Final = (
    *(ReservationStatus.PICKED_UP,) * 7,
    ReservationStatus.CANCELLED_BY_CUSTOMER,
    ReservationStatus.EXPIRED,
)
_ACTIONS: Final = {
    ReservationStatus.PICKED_UP: Action.OFFER_PICKED_UP,
    ReservationStatus.EXPIRED: Action.RESERVATION_EXPIRED,
    ReservationStatus.CANCELLED_BY_CUSTOMER: Action.RESERVATION_CANCELLED,
}


def build_demo(now: datetime, partners: Sequence[UUID], customers: Sequence[UUID]) -> DemoRows:
    """All rows, the same for the same arguments. Partners and customers may be none."""
    builder = _Builder(now.replace(second=0, microsecond=0), partners, customers)
    builder.build()
    return builder.rows


class _Builder:
    def __init__(self, now: datetime, partners: Sequence[UUID], customers: Sequence[UUID]) -> None:
        self.rows = DemoRows()
        self._random = Random(SEED)  # noqa: S311  the same data every time is the point
        self._now = now
        self._partners = partners
        self._customers = customers
        self._live = Counter[UUID]()
        self._figures = Figures()

    def build(self) -> None:
        place_ids = [self._add_place(index, place) for index, place in enumerate(PLACES)]
        number = 0
        for state, count in OFFERS_MADE.items():
            for index in range(count):
                at = number % len(PLACES)
                offer = self._add_offer(state, place_ids[at], PLACES[at])
                self._add_reservations(state, index, offer)
                self._add_views(offer)
                number += 1
        self.rows.stats.extend(self._figures.rows())
        self._add_report()

    def _add_report(self) -> None:
        """Something for the admin's day, of an offer that is for sale."""
        offer = next(row for row in self.rows.offers if row["status"] == OfferStatus.ACTIVE.value)
        if self._customers:
            self.rows.reports.append(
                {
                    "id": self._id(),
                    "offer_id": offer["id"],
                    "place_id": offer["place_id"],
                    "reporter_id": self._customers[-1],
                    "reason": ReportReason.MISLEADING.value,
                    "text": "The picture shows something else.",
                    "created_at": self._now,
                }
            )

    def _id(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    def _add_place(self, index: int, place: DemoPlace) -> UUID:
        place_id = self._id()
        self._figures.zones[place_id] = ZoneInfo(place.time_zone)
        created = self._now - timedelta(days=120 - index)
        self.rows.places.append(
            {
                "id": place_id,
                "name": place.name,
                "description": place.description,
                "address": place.address,
                "latitude": place.latitude,
                "longitude": place.longitude,
                "time_zone": place.time_zone,
                "currency": place.currency,
                **profile_of(place),
                "created_at": created,
                "updated_at": created,
            }
        )
        if index < SCHEDULES:
            self.rows.schedules.append(evening_schedule(place_id, place, self._now))
        roles = (PartnershipRole.OWNER, PartnershipRole.MANAGER, PartnershipRole.STAFF)
        many = len(self._partners)
        for step, role in enumerate(roles[: min(many, 1 + index % 3)]):
            self.rows.partnerships.append(
                {
                    "id": self._id(),
                    "partner_user_id": self._partners[(index + step) % many],
                    "place_id": place_id,
                    "role": role.value,
                    "is_active": True,
                    "created_at": created + timedelta(minutes=step),
                    "updated_at": created + timedelta(minutes=step),
                }
            )
        return place_id

    def _add_offer(self, state: str, place_id: UUID, place: DemoPlace) -> Row:
        dish = self._random.choice(MENU[place.kind])
        start, end = self._window(state)
        total = self._random.randint(2, 3) if state == "sold out" else self._random.randint(3, 15)
        created = min(start, self._now) - timedelta(hours=self._random.randint(2, 40))
        row = {
            "id": self._id(),
            "place_id": place_id,
            **said(dish, place, self._random.choice((0.35, 0.4, 0.5, 0.6))),
            "quantity_total": total,
            "quantity_available": total,
            "pickup_start": start,
            "pickup_end": end,
            "status": _STATUS.get(state, OfferStatus.ACTIVE).value,
            "created_at": created,
            "updated_at": created,
        }
        self.rows.offers.append(row)
        return row

    def _window(self, state: str) -> tuple[datetime, datetime]:
        quarters = self._random.randint(6, 16)
        if state == "ended":
            minutes = -self._random.randint(2 * 24 * 60, 14 * 24 * 60)
        elif state == "sold out":
            minutes = self._random.randint(60, 30 * 60)
        else:
            minutes = self._random.randint(-60, 60 * 60)
        start = self._now + timedelta(minutes=minutes)
        start -= timedelta(minutes=start.minute % 15)
        return start, start + timedelta(minutes=15 * quarters)

    def _add_reservations(self, state: str, index: int, offer: Row) -> None:
        if not self._customers:
            return
        if state == "sold out":
            self._reserve(offer, ReservationStatus.RESERVED, 1)
            self._sell_the_rest(offer)
        elif state == "available" and index < RESERVED_OF_AVAILABLE:
            self._reserve(offer, ReservationStatus.RESERVED, self._random.randint(1, 2))
        elif state == "ended":
            for _ in range(self._random.randint(2, 3)):
                self._reserve(offer, self._random.choice(_ENDINGS), 1)

    def _reserve(self, offer: Row, status: ReservationStatus, quantity: int) -> None:
        live = status is ReservationStatus.RESERVED
        able = [each for each in self._customers if not live or self._live[each] < LIVE_EACH]
        if not able:
            return
        customer = self._random.choice(able)
        self._live[customer] += live
        made = offer["created_at"] + timedelta(minutes=self._random.randint(5, 90))
        ended = self._ended_at(offer, status, made)
        code = "".join(self._random.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        number = len(self.rows.reservations)
        self.rows.reservations.append(
            {
                "id": self._id(),
                "offer_id": offer["id"],
                "place_id": offer["place_id"],
                "user_id": customer,
                "quantity": quantity,
                "unit_price": offer["price_amount"],
                "original_unit_price": offer["original_price_amount"],
                "currency": offer["currency"],
                "pickup_start": offer["pickup_start"],
                "pickup_end": offer["pickup_end"],
                "status": status.value,
                "pickup_code": code,
                "idempotency_key": f"demo-{number}",
                "request_hash": "demo",
                "title": offer["title"],
                "description": offer["description"],
                "allergens": offer["allergens"],
                "diets": offer["diets"],
                "ended_at": ended,
                "created_at": made,
                "updated_at": ended or made,
            }
        )
        if status is not ReservationStatus.CANCELLED_BY_CUSTOMER:
            offer["quantity_available"] -= quantity
        self._remember(customer, offer, Action.OFFER_RESERVED, made, f"quantity={quantity}")
        self._figures.count(offer, made, reservations=1)
        if ended is not None:
            self._end(customer, offer, status, ended, quantity)

    def _sell_the_rest(self, offer: Row) -> None:
        """To people who walked in."""
        quantity, offer["quantity_available"] = offer["quantity_available"], 0
        price, original = offer["price_amount"], offer["original_price_amount"]
        sold_at = offer["created_at"] + timedelta(minutes=100)
        self.rows.counter_sales.append(
            {
                "id": self._id(),
                "offer_id": offer["id"],
                "place_id": offer["place_id"],
                "quantity": quantity,
                "unit_price": price,
                "original_unit_price": original,
                "created_at": sold_at,
            }
        )
        sums = {"revenue": price * quantity, "saved": (original - price) * quantity}
        self._figures.count(offer, sold_at, counter_sales=quantity, **sums)

    def _ended_at(self, offer: Row, status: ReservationStatus, made: datetime) -> datetime | None:
        if status is ReservationStatus.RESERVED:
            return None
        if status is ReservationStatus.PICKED_UP:
            start: datetime = offer["pickup_start"]
            return start + timedelta(minutes=self._random.randint(1, 80))
        if status is ReservationStatus.EXPIRED:
            end: datetime = offer["pickup_end"]
            return end + GRACE
        return made + timedelta(minutes=10)

    def _end(
        self,
        customer: UUID,
        offer: Row,
        status: ReservationStatus,
        ended: datetime,
        quantity: int,
    ) -> None:
        action = _ACTIONS[status]
        self._remember(customer, offer, action, ended, f"{status.value} quantity={quantity}")
        if action is Action.OFFER_PICKED_UP:
            price, original = offer["price_amount"], offer["original_price_amount"]
            revenue, saved = price * quantity, (original - price) * quantity
            self._figures.count(offer, ended, pickups=1, revenue=revenue, saved=saved)
        elif action is Action.RESERVATION_CANCELLED:
            self._figures.count(offer, ended, cancellations=1)
        elif action is Action.RESERVATION_EXPIRED:
            self._figures.count(offer, ended, no_shows=1)

    def _remember(
        self, customer: UUID, offer: Row, action: Action, at: datetime, details: str
    ) -> None:
        self.rows.history.append(
            {
                "id": self._id(),
                "user_id": customer,
                "offer_id": offer["id"],
                "action": action.value,
                "details": details,
                "created_at": at,
            }
        )

    def _add_views(self, offer: Row) -> None:
        if offer["status"] == OfferStatus.ACTIVE.value:
            for _ in range(self._random.randint(1, 9)):
                self._figures.count(offer, offer["created_at"], views=1)
