"""What is to be sent: mail, and events for other services."""

from auth_service.domain.outbox import OutboxKind
from auth_service.models.base import AuthTable
from shared.outbox import OutboxColumns, outbox_constraints


class OutboxRow(OutboxColumns, AuthTable, table=True):
    """One thing to send. Events of changed accounts are written by a trigger on ``users``."""

    __tablename__ = "outbox"
    __table_args__ = outbox_constraints(OutboxKind)
