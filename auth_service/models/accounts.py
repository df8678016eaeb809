"""Accounts and the tokens that mails carry."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Computed, Index, Text, text
from sqlmodel import Field

from auth_service.domain.notifications import DEFAULT_NOTIFICATIONS, Notification
from auth_service.domain.user import Language, Role
from auth_service.domain.verification import Purpose
from auth_service.models.base import AuthTable
from shared.database.tables import NOW, one_of

_BY_DEFAULT = f"{{{','.join(sorted(DEFAULT_NOTIFICATIONS))}}}"


class UserRow(AuthTable, table=True):
    """An account. ``email`` as typed, ``email_canonical`` unique.

    Triggers set ``updated_at``, count ``standing_version`` and write events of what changed.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role"),
        CheckConstraint(one_of("language", Language), name="language"),
        CheckConstraint(
            f"notifications <@ ARRAY[{', '.join(repr(each.value) for each in Notification)}]",
            name="notifications",
        ),
        Index("ix_users_created_at_id", "created_at", "id"),
        CheckConstraint(
            "(suspended_at IS NULL) = (suspension_reason IS NULL)", name="suspension_reason"
        ),
        Index("ix_users_pending", "created_at", "id", postgresql_where=text("NOT is_approved")),
        Index("ix_users_role", "role", "created_at", "id"),
        Index(
            "ix_users_suspended",
            "created_at",
            "id",
            postgresql_where=text("suspended_at IS NOT NULL"),
        ),
        Index(
            "ix_users_search",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
        Index("ix_users_admins", "id", postgresql_where=text("role = 'admin'")),
    )

    id: UUID = Field(primary_key=True)
    email: str
    email_canonical: str = Field(unique=True)
    password_hash: str
    role: str
    is_verified: bool = Field(sa_column_kwargs={"server_default": text("false")})
    token_version: int = Field(sa_column_kwargs={"server_default": text("0")})
    least_token_version: int = Field(sa_column_kwargs={"server_default": text("0")})
    display_name: str | None = None
    language: str = Field(sa_column_kwargs={"server_default": "en"})
    notifications: list[str] = Field(
        sa_column=Column(ARRAY(Text), nullable=False, server_default=_BY_DEFAULT)
    )
    standing_version: int = Field(sa_column_kwargs={"server_default": text("1")})
    suspended_at: datetime | None = None
    suspension_reason: str | None = None
    is_approved: bool = Field(sa_column_kwargs={"server_default": text("true")})
    created_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
    updated_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
    search_text: str = Field(
        sa_column=Column(
            Text, Computed("auth_account_text(email, display_name)", persisted=True), nullable=False
        )
    )


class VerificationTokenRow(AuthTable, table=True):
    """A mail token by its SHA-256; ``new_email``: the address that it confirms, if a new one."""

    __tablename__ = "verification_tokens"
    __table_args__ = (
        CheckConstraint(one_of("purpose", Purpose), name="purpose"),
        CheckConstraint("octet_length(token_hash) = 32", name="token_hash"),
        Index("ix_verification_tokens_user_id", "user_id", "purpose"),
        Index("ix_verification_tokens_expires_at", "expires_at"),
    )

    token_hash: bytes = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    purpose: str
    used: bool = Field(sa_column_kwargs={"server_default": text("false")})
    created_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
    expires_at: datetime
    new_email: str | None = None
    new_email_canonical: str | None = None
