"""The columns of an outbox; each service declares the table in its own MetaData."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from shared.database.tables import NOW, one_of

PENDING = text("finished_at IS NULL")


class OutboxColumns(SQLModel):
    """One thing to send, written in the transaction that wants it sent.

    ``subject``: the account it is about, while it waits. ``available_at``: not before.
    ``leased_until``: a worker has it. ``finished_at``: sent or given up (then ``last_error`` says
    why); payload and subject are empty from then on.
    """

    id: UUID = Field(primary_key=True)
    kind: str
    subject: UUID | None = None
    payload: dict[str, Any] = Field(sa_type=JSONB)
    attempts: int = Field(sa_column_kwargs={"server_default": text("0")})
    created_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
    available_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
    leased_until: datetime | None = None
    finished_at: datetime | None = None
    last_error: str | None = None


def outbox_constraints(kinds: Iterable[object]) -> tuple[CheckConstraint | Index, ...]:
    """What stands in ``__table_args__`` of a table called ``outbox``."""
    return (
        CheckConstraint(one_of("kind", kinds), name="kind"),
        Index("ix_outbox_pending", "available_at", "id", postgresql_where=PENDING),
        Index("ix_outbox_subject", "subject", postgresql_where=PENDING),
    )
