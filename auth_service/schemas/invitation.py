"""Invitation as auth extends it: to which address it was sent, which the catalog does not know."""

from typing import Any
from uuid import UUID

import strawberry
from strawberry.types import Info

from auth_service.schemas.refusal import refusal_of
from shared.graphql.entities import parse_key
from shared.graphql.scalars import parse_uuid


@strawberry.federation.type(keys=["id"], description="Somebody invited into a place by mail.")
class Invitation:
    """The address, for whom it concerns."""

    id: UUID = strawberry.field(description="The invitation's id.")
    email: str | None = strawberry.field(
        description="The address that was invited. Null for everyone but who sent it, who has it, "
        "and admins; and until the mail is on its way."
    )

    @classmethod
    async def resolve_reference(cls, info: Info[Any, None], id: object) -> "Invitation":  # noqa: A002
        """The invitation of a representation; many load in one statement."""
        invitation_id: UUID = parse_key(parse_uuid, id)
        sent = await info.context.invitations.load(invitation_id)
        viewer = await info.context.viewer()
        shown = sent is not None and (viewer.is_admin or viewer.user_id in sent.concerns)
        hidden: Any = refusal_of(viewer)
        return cls(id=invitation_id, email=sent.email if sent is not None and shown else hidden)
