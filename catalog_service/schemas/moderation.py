"""Takedowns on the wire."""

from datetime import datetime
from typing import Self

import strawberry

from catalog_service.domain import moderation as domain


@strawberry.type(description="That an admin took something down.")
class Takedown:
    """Since when, and why."""

    at: datetime = strawberry.field(description="Since when.")
    reason: str = strawberry.field(description="Why, as its partners were told.")

    @classmethod
    def of(cls, takedown: domain.Takedown) -> Self:
        """From the domain's takedown."""
        return cls(at=takedown.at, reason=takedown.reason)
