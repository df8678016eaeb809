"""Accounts as clients see them."""

import asyncio
from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types import Info

from auth_service.domain.notifications import Notification
from auth_service.domain.user import User as Account
from auth_service.domain.viewer import Viewer
from auth_service.schemas.refusal import refusal_of
from shared.graphql.entities import parse_key
from shared.graphql.scalars import parse_uuid


@strawberry.enum(description="What an account is for.")
class Role(Enum):
    """All roles."""

    USER = strawberry.enum_value("user", description="A customer: reserves and picks up.")
    PARTNER = strawberry.enum_value("partner", description="Runs places and publishes offers.")
    ADMIN = strawberry.enum_value("admin", description="May do everything, and gives roles.")


@strawberry.enum(description="How an account stands with the admins.")
class AccountState(Enum):
    """All states."""

    ACTIVE = strawberry.enum_value("ACTIVE", description="Neither suspended nor waiting.")
    SUSPENDED = strawberry.enum_value("SUSPENDED", description="Nobody may sign in to it.")
    PENDING = strawberry.enum_value(
        "PENDING", description="A partner whom an admin has to approve first."
    )


@strawberry.enum(description="A language that accounts are written to in.")
class Language(Enum):
    """All languages."""

    ENGLISH = strawberry.enum_value("en", description="English.")
    GERMAN = strawberry.enum_value("de", description="German.")
    FRENCH = strawberry.enum_value("fr", description="French.")


@strawberry.enum(description="Mails that are sent by choice; all others always go.")
class NotificationKind(Enum):
    """All kinds of mail that one may do without."""

    RESERVED = strawberry.enum_value("reserved", description="What you reserved, with its code.")
    RESERVATION_CHANGED = strawberry.enum_value(
        "reservation_changed",
        description="The place changed something about what you reserved; of allergens that were "
        "added you are always written.",
    )
    PICKUP_TOMORROW = strawberry.enum_value(
        "pickup_tomorrow", description="A reminder on the evening before the day of the pickup."
    )
    PICKUP_SOON = strawberry.enum_value(
        "pickup_soon", description="A reminder two hours before the pickup begins."
    )


@strawberry.enum(description="The roles one can register with.")
class SignUpRole(Enum):
    """Roles open to everyone."""

    USER = strawberry.enum_value("user", description="A customer: reserves and picks up.")
    PARTNER = strawberry.enum_value("partner", description="Runs places and publishes offers.")


@strawberry.federation.type(keys=["id"], description="An account.")
class User:
    """``id`` and ``role`` are public; the rest is for the account itself and admins."""

    id: UUID = strawberry.field(description="The account's id, for good.")
    role: Role | None = strawberry.field(
        description="What the account is for. Null for an account that is gone."
    )
    display_name: str | None = strawberry.field(
        description="What the account's owner is called, if said. Null unless this is your own "
        "account, or you are an admin."
    )
    language: Language | None = strawberry.field(
        description="What the account is written to in. Null unless this is your own account, or "
        "you are an admin."
    )
    notification_choices: list[NotificationKind] | None = strawberry.field(
        description="The mails by choice that the account gets. Null unless this is your own "
        "account, or you are an admin."
    )
    email: str | None = strawberry.field(
        description="The address as its owner typed it. Null unless this is your own account, "
        "or you are an admin."
    )
    is_verified: bool | None = strawberry.field(
        description="Whether the address has been verified. Null unless this is your own account, "
        "or you are an admin."
    )
    suspended_at: datetime | None = strawberry.field(
        description="Since when the account is suspended; null if it is not, and for everyone but "
        "admins."
    )
    suspension_reason: str | None = strawberry.field(
        description="Why the account is suspended; null if it is not, and for everyone but admins."
    )
    is_approved: bool | None = strawberry.field(
        description="False for a partner whom an admin has to approve first. Null unless this is "
        "your own account, or you are an admin."
    )
    created_at: datetime | None = strawberry.field(
        description="When the account was made. Null unless this is your own account, or you are "
        "an admin."
    )

    @classmethod
    async def resolve_reference(cls, info: Info[Any, None], id: object) -> "User | None":  # noqa: A002
        """The account of a representation; 100 of them load in one statement."""
        user_id: UUID = parse_key(parse_uuid, id)
        account, viewer = await asyncio.gather(
            info.context.accounts.load(user_id), info.context.viewer()
        )
        return None if account is None else to_user(account, viewer)


def to_user(account: Account, viewer: Viewer) -> User:
    """``account`` as ``viewer`` may see it."""
    return _user(account, shown=viewer.sees(account.id), hidden=refusal_of(viewer))


def to_own_user(account: Account) -> User:
    """``account`` as its owner sees it, who has just proven to be it without a token."""
    return _user(account, shown=True)


def _user(account: Account, *, shown: bool, hidden: Any = None) -> User:
    """``hidden``: what stands for private values that are not shown: none, or a reason, raised
    where one is asked for."""
    return User(
        id=account.id,
        role=Role[account.role.name],
        display_name=account.display_name if shown else hidden,
        language=Language[account.language.name] if shown else hidden,
        notification_choices=_choices(account) if shown else hidden,
        email=account.email.typed if shown else hidden,
        is_verified=account.is_verified if shown else hidden,
        suspended_at=account.suspended_at if shown else hidden,
        suspension_reason=account.suspension_reason if shown else hidden,
        is_approved=account.is_approved if shown else hidden,
        created_at=account.created_at if shown else hidden,
    )


def _choices(account: Account) -> list[NotificationKind]:
    return [NotificationKind[each.name] for each in Notification if each in account.notifications]


EmailArgument = Annotated[str, strawberry.argument(description="An email address.")]
NewPasswordArgument = Annotated[
    str,
    strawberry.argument(
        description="At least 8 characters with upper case, lower case and digit; at most 72 bytes."
    ),
]
PasswordArgument = Annotated[str, strawberry.argument(description="The account's password.")]
MailTokenArgument = Annotated[str, strawberry.argument(description="The token from the mail.")]
DisplayName = Annotated[
    str | None, strawberry.argument(description="What to be called: 1 to 80 characters.")
]
