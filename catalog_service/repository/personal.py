"""What the catalog has of one account, for its owner to take along."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from catalog_service.domain.money import scaled
from catalog_service.repository.counter_sales import counter_sale
from catalog_service.repository.invitations import INVITATION_COLUMNS, invitation
from catalog_service.repository.reports import REPORT_COLUMNS, report
from catalog_service.repository.rows import (
    ACTIVITY_COLUMNS,
    PARTNERSHIP_COLUMNS,
    RESERVATION_COLUMNS,
    history,
    offer,
    partnership,
    reservation,
)
from shared.database import Connection

MOST_ROWS: Final = 10_000
_NOT_THEIRS: Final = {
    "request_hash",
    "ended_by",
    "closed_by",
    "invited_by",
    "answered_by",
    "sold_by",
    "reporter_id",
    "user_id",
    "partner_user_id",
}


_CURRENCY: Final = (
    select(offer.currency)
    .where(offer.id == counter_sale.offer_id)
    .scalar_subquery()
    .label("currency")
)


async def read_personal(
    connection: Connection, user_id: UUID
) -> Mapping[str, list[dict[str, Any]]]:
    """Rows by kind, the newest first, at most 10,000 of each."""
    kinds: dict[str, tuple[Sequence[ColumnElement[Any]], ColumnElement[UUID | None]]] = {
        "reservations": (RESERVATION_COLUMNS, reservation.user_id),
        "activity": (ACTIVITY_COLUMNS, history.user_id),
        "reports": (REPORT_COLUMNS, report.reporter_id),
        "partnerships": (PARTNERSHIP_COLUMNS, partnership.partner_user_id),
        "invitations_sent": (INVITATION_COLUMNS, invitation.invited_by),
        "invitations_answered": (INVITATION_COLUMNS, invitation.answered_by),
        "counter_sales": ((*counter_sale, _CURRENCY), counter_sale.sold_by),
    }
    found = {}
    for kind, (columns, owner) in kinds.items():
        kept = [column for column in columns if column.name not in _NOT_THEIRS]
        query: Select[Any] = select(*kept).where(owner == user_id)
        created = owner.table.c.created_at
        rows = await connection.execute(query.order_by(created.desc()).limit(MOST_ROWS))
        names = [column.name for column in kept]
        found[kind] = [_told(dict(zip(names, row, strict=True))) for row in rows]
    return found


def _told(stored: dict[str, Any]) -> dict[str, Any]:
    """A row with its amounts in the decimals of its currency; all are stored with three."""
    currency = stored.get("currency")
    return {
        name: scaled(value, currency) if isinstance(value, Decimal) and currency else value
        for name, value in stored.items()
    }
