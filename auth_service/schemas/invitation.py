"""Invitation as auth extends it: to which address it was sent, which the catalog does not know."""

from typing import Any
from uuid import UUID

import strawberry
from strawberry.types import Info

from auth_service.domain.viewer import Viewer
from auth_service.repository.invitations import Sent
from auth_service.schemas.refusal import refusal_of
from shared.graphql.entities import parse_key
from shared.graphql.scalars import parse_uuid


@strawberry.federation.type(keys=["id"], description="Somebody invited into a place by mail.")
class Invitation:
    """The address, for whom it concerns."""

    id: UUID = strawberry.field(description="The invitation's id.")
    email: str | None = strawberry.field(
        description="The address that was invited. Null for everyone but the place's owners, who "
        "sent it, who has it, and admins; and until the mail is on its way. Errors: UNAVAILABLE."
    )

    @classmethod
    async def resolve_reference(cls, info: Info[Any, None], id: object) -> "Invitation":  # noqa: A002
        """The invitation of a representation; many load in one statement."""
        invitation_id: UUID = parse_key(parse_uuid, id)
        sent = await info.context.invitations.load(invitation_id)
        viewer = await info.context.viewer()
        hidden: Any = refusal_of(viewer)
        if sent is None or not await _may_see(info, viewer, invitation_id, sent):
            return cls(id=invitation_id, email=hidden)
        return cls(id=invitation_id, email=sent.email)


async def _may_see(info: Info[Any, None], viewer: Viewer, invitation_id: UUID, sent: Sent) -> bool:
    """Who owns a place the catalog knows; it is asked for nobody else's sake."""
    if viewer.is_admin or viewer.user_id in sent.concerns:
        return True
    if viewer.user_id is None:
        return False
    return bool(await info.context.owned_invitations.load(invitation_id))
