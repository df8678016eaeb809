"""Invitations into places of the catalog, which knows no addresses."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from auth_service.models.base import AuthTable
from shared.database.tables import NOW


class InvitationRow(AuthTable, table=True):
    """To which address one was made; what became of it, the catalog knows."""

    __tablename__ = "invitations"

    id: UUID = Field(primary_key=True)
    email: str = Field(default="", sa_column_kwargs={"server_default": ""})
    email_canonical: str = Field(index=True)
    inviter_id: UUID | None = Field(
        default=None, foreign_key="users.id", ondelete="SET NULL", index=True
    )
    created_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
    expires_at: datetime = Field(index=True)
