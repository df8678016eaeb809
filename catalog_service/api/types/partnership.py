"""Partnership, its place, and its partner, whom the auth service knows."""

import strawberry

from catalog_service.api.context import Info
from catalog_service.api.types import place as places
from catalog_service.api.types import user as users
from catalog_service.api.types.references import PlaceRef, UserRef
from catalog_service.repository.standings import read_inviter_names, read_partner_names
from catalog_service.schemas.places import PartnershipFields
from shared.graphql.entities import parse_key
from shared.graphql.fields import field
from shared.graphql.scalars import parse_uuid


@strawberry.federation.type(keys=["id"], description="One partner's part in one place.")
class Partnership(PartnershipFields):
    """A partnership in the graph."""

    @field("The place.")
    async def place(self, info: Info) -> PlaceRef:
        return places.Place.of(await info.context.loaders.place(self.place_id))

    @field("The partner.")
    def partner(self) -> UserRef | None:
        return users.User(id=self.partner_user_id)

    @field("What the partner is called, if said; for the place's partners, null for others.")
    async def partner_name(self, info: Info) -> str | None:
        return await info.context.shown(read_partner_names, self.id)

    @field("Who made the invitation; null where it does not wait any more.")
    def invited_by(self) -> UserRef | None:
        return None if self.inviter_id is None else users.User(id=self.inviter_id)

    @field(
        "What who made the invitation is called, if said; for the place's partners, null for "
        "others."
    )
    async def invited_by_name(self, info: Info) -> str | None:
        return await info.context.shown(read_inviter_names, self.id)

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> "Partnership | None":  # noqa: A002
        """The partnership of a representation, if the caller may read it."""
        found = await info.context.loaders.find_partnership(parse_key(parse_uuid, id))
        return None if found is None else cls.of(found)
