"""What this service has of an account, for its owner to take along."""

from typing import Any
from uuid import UUID

import orjson
import strawberry
from strawberry.types import Info

from auth_service.domain.user import User
from auth_service.repository.personal import Personal, read_personal
from shared.graphql.entities import parse_key
from shared.graphql.scalars import parse_uuid


@strawberry.federation.type(
    keys=["userId"], description="All that is stored of your account, each part a JSON text."
)
class DataExport:
    """The account's part; other services add theirs."""

    user_id: UUID = strawberry.field(description="Whose it is.")
    account: str | None = strawberry.field(
        description="The account: address, name, language, role, times, new addresses that were "
        "asked for, invitations to it. No password, not even its hash."
    )

    @classmethod
    async def resolve_reference(
        cls,
        info: Info[Any, None],
        userId: object,  # noqa: N803  as representations spell it
    ) -> "DataExport | None":
        """One's own; nothing of anybody else."""
        user_id: UUID = parse_key(parse_uuid, userId)
        if info.context.caller.user_id != user_id:
            return None
        await info.context.reader()
        account = await info.context.accounts.load(user_id)
        if account is None:
            return None
        async with info.context.deps.database.read() as database:
            return to_export(account, await read_personal(database, account))


def to_export(user: User, more: Personal) -> DataExport:
    """Everything of ``user`` but secrets."""
    told = {
        "id": str(user.id),
        "email": user.email.typed,
        "displayName": user.display_name,
        "language": user.language.value,
        "notificationChoices": sorted(user.notifications),
        "role": user.role.value,
        "isVerified": user.is_verified,
        "isApproved": user.is_approved,
        "createdAt": user.created_at.isoformat(),
        "updatedAt": user.updated_at.isoformat(),
        "emailChanges": [
            {
                "newEmail": each.email,
                "askedAt": each.asked_at.isoformat(),
                "expiresAt": each.expires_at.isoformat(),
                "isConfirmed": each.used,
            }
            for each in more.email_changes
        ],
        "invitationsReceived": [
            {
                "id": str(each.id),
                "sentAt": each.sent_at.isoformat(),
                "expiresAt": each.expires_at.isoformat(),
            }
            for each in more.invitations
        ],
    }
    return DataExport(user_id=user.id, account=orjson.dumps(told).decode())
