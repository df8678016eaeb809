"""Invitation, and the place that it is into."""

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from catalog_service.api.context import Info
from catalog_service.api.types import place as places
from catalog_service.api.types import user as users
from catalog_service.api.types.references import PlaceRef, UserRef
from catalog_service.repository.standings import read_sender_names
from catalog_service.schemas.invitations import InvitationFields
from shared.graphql.fields import field


@strawberry.federation.type(
    keys=[Key(fields=FieldSet("id"), resolvable=False)],
    description="Somebody invited into a place by mail.",
)
class Invitation(InvitationFields):
    """An invitation in the graph; reached by the invited and by the place's owners."""

    @field("The place.")
    async def place(self, info: Info) -> PlaceRef:
        return places.Place.of(await info.context.loaders.place(self.place_id))

    @field("Who made it, the last time; null once that account is gone.")
    def invited_by(self) -> UserRef | None:
        return None if self.inviter_id is None else users.User(id=self.inviter_id)

    @field("What who made it is called, if said; for the place's partners, null for others.")
    async def invited_by_name(self, info: Info) -> str | None:
        return await info.context.shown(read_sender_names, self.id)
