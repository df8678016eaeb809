"""Invitations on the wire: fields."""

from datetime import datetime
from typing import ClassVar, Self, cast
from uuid import UUID

import strawberry

import catalog_service.schemas.enums  # noqa: F401  the enums below are exposed there
from catalog_service.domain import places as domain
from catalog_service.domain.places import InvitationStatus, PartnershipRole


@strawberry.type
class InvitationFields:
    """What an invitation tells by itself."""

    source: ClassVar[type] = domain.Invitation

    id: UUID = strawberry.field(description="The invitation's id.")
    role: PartnershipRole = strawberry.field(description="What the invited may do at the place.")
    status: InvitationStatus = strawberry.field(description="What became of it.")
    is_expired: bool = strawberry.field(description="Whether it is too late to accept it.")
    expires_at: datetime = strawberry.field(description="Until when it can be accepted.")
    created_at: datetime = strawberry.field(description="When it was first made.")
    place_id: strawberry.Private[UUID]
    inviter_id: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, invitation: domain.Invitation) -> Self:
        """The domain's own: it has these fields, so nothing is copied; resolvers run on it."""
        return cast("Self", invitation)
