"""The audit log as admins see it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import strawberry
from strawberry.types import Info

from auth_service.domain.audit import AuditEntry as Entry
from auth_service.domain.audit import AuditSearch, check_audit_search
from auth_service.schemas.user import User, to_user
from shared.graphql.fields import field


@strawberry.input(description="Which entries of the audit log to find; what is left out is open.")
class AuditLogFilter:
    """Conditions, all of which must hold."""

    actor_id: UUID | None = strawberry.field(default=None, description="Who did it.")
    target_id: UUID | None = strawberry.field(
        default=None, description="To whom or what: an account, a place, an offer, a report."
    )
    action: str | None = strawberry.field(
        default=None, description="What was done, such as `ACCOUNT_SUSPENDED`."
    )
    since: datetime | None = strawberry.field(default=None, description="Not earlier than this.")
    until: datetime | None = strawberry.field(
        default=None, description="Not later than this; not before `since`."
    )

    def search(self) -> AuditSearch:
        """As the repository asks it, checked. Raises ``InvalidInput``."""
        search = AuditSearch(self.actor_id, self.target_id, self.action, self.since, self.until)
        check_audit_search(search)
        return search


@strawberry.type(description="One act: who did what to whom, when and why. It is never changed.")
class AuditEntry:
    """An entry; accounts that are gone leave their ids here."""

    id: UUID = strawberry.field(description="The entry's id.")
    service: str = strawberry.field(description="Where it was done: `auth` or `catalog`.")
    action: str = strawberry.field(description="What was done, such as `OFFER_TAKEN_DOWN`.")
    actor_id: UUID | None = strawberry.field(
        description="Who did it; null for the operator at the terminal."
    )
    target_type: str = strawberry.field(
        description="What it was done to: `account`, `place`, `offer`, `report` and so on."
    )
    target_id: UUID | None = strawberry.field(description="The id of what it was done to.")
    reason: str | None = strawberry.field(description="Why, where it was said.")
    details: str = strawberry.field(description="What else is to be known, a JSON text.")
    created_at: datetime = strawberry.field(description="When it was done.")

    @field("Who did it; null when the account is gone.")
    async def actor(self, info: Info[Any, None]) -> User | None:
        if self.actor_id is None:
            return None
        account = await info.context.accounts.load(self.actor_id)
        return None if account is None else to_user(account, await info.context.viewer())


def to_entry(entry: Entry) -> AuditEntry:
    """``entry`` for an admin."""
    return AuditEntry(
        id=entry.id,
        service=entry.service,
        action=entry.action,
        actor_id=entry.actor_id,
        target_type=entry.target_type,
        target_id=entry.target_id,
        reason=entry.reason,
        details=orjson.dumps(dict(entry.details)).decode(),
        created_at=entry.created_at,
    )
