"""An account."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from auth_service.domain.email import Email
from auth_service.domain.errors import OwnRoleFixed


class Role(StrEnum):
    """What an account is for."""

    USER = "user"
    PARTNER = "partner"
    ADMIN = "admin"


SIGN_UP_ROLES = frozenset({Role.USER, Role.PARTNER})


@dataclass(frozen=True, slots=True)
class User:
    """An account as stored.

    ``token_version`` counts what made earlier refresh tokens worthless: a new password or role,
    signing out everywhere. ``standing_version`` counts changes of what other services must know
    (role, verified): of two reports of an account the one with the higher number is newer. Times
    are aware, UTC.
    """

    id: UUID
    email: Email
    password_hash: str = field(repr=False)
    role: Role
    is_verified: bool
    token_version: int
    standing_version: int
    created_at: datetime
    updated_at: datetime

    def with_role(self, role: Role, *, by: UUID) -> "User":
        """The account after an admin gave it ``role``; its sessions end if that is a change.

        Raises ``OwnRoleFixed``. That an admin is left is for the database to see.
        """
        if by == self.id:
            raise OwnRoleFixed
        if role is self.role:
            return self
        return replace(self, role=role, token_version=self.token_version + 1)


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account about to be made."""

    id: UUID
    email: Email
    password_hash: str = field(repr=False)
    role: Role = Role.USER
    is_verified: bool = False
