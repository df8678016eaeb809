"""Figures, row by row, for files."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, tuple_

from catalog_service.domain.activity import Period
from catalog_service.domain.actors import Actor
from catalog_service.domain.places import OFFER_KEEPERS
from catalog_service.models import tables
from catalog_service.repository.conditions import among, manages
from catalog_service.repository.rows import offer, place
from shared.database import Connection

stats = tables.stats.c


async def read_rows(
    connection: Connection,
    place_ids: Sequence[UUID],
    period: Period,
    actor: Actor,
    after: tuple[date, UUID] | None,
    limit: int,
) -> Sequence[Any]:
    """Up to ``limit`` rows, one an offer and day, from behind ``after``: by day and offer.

    ``sees_money``: whether the actor sees now what the row's place takes.
    """
    sees_money = or_(place.staff_see_revenue, manages(stats.place_id, actor, OFFER_KEEPERS))
    query = (
        select(*stats, place.name, place.currency, offer.title, sees_money.label("sees_money"))
        .join(tables.place, place.id == stats.place_id)
        .join(tables.offer, offer.id == stats.offer_id)
        .where(
            among(stats.place_id, place_ids),
            stats.day.between(period.first, period.last),
            manages(stats.place_id, actor),
        )
        .order_by(stats.day, stats.offer_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(stats.day, stats.offer_id) > tuple_(*after))
    return (await connection.execute(query)).all()
