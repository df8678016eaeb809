"""Counts what the demo's customers did, by offer and local day, as the service would have."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

Row: TypeAlias = dict[str, Any]
"""A row to insert."""

_NAMES = (
    *("views", "reservations", "cancellations", "pickups", "no_shows", "counter_sales"),
    *("revenue", "saved"),
)


class Figures:
    """The rows of offer_stats_daily. ``zones``: the time zone of each place."""

    def __init__(self) -> None:
        self.zones: dict[UUID, ZoneInfo] = {}
        self._sums: dict[tuple[UUID, UUID, date], dict[str, int | Decimal]] = defaultdict(
            lambda: dict.fromkeys(_NAMES, 0)
        )

    def count(self, offer: Row, at: datetime, **figures: int | Decimal) -> None:
        """Add to the figures of the offer on the day of ``at``."""
        day = at.astimezone(self.zones[offer["place_id"]]).date()
        sums = self._sums[offer["id"], offer["place_id"], day]
        for name, value in figures.items():
            sums[name] += value

    def rows(self) -> list[Row]:
        """One row for each offer and day."""
        return [
            {"offer_id": offer_id, "place_id": place_id, "day": day, **sums}
            for (offer_id, place_id, day), sums in self._sums.items()
        ]
