"""Changing places and who runs them."""

from typing import Annotated
from uuid import UUID

import strawberry

from catalog_service.api.context import ADMIN, PARTNER, Info
from catalog_service.api.pages import Id, Key, Why
from catalog_service.api.types.partnership import Partnership
from catalog_service.api.types.place import Place
from catalog_service.domain.places import PartnershipRole
from catalog_service.schemas.places import CreatePlaceInput, UpdatePlaceInput
from catalog_service.services.accept_partnership import accept_partnership
from catalog_service.services.ask_accounts import learn_of_partner
from catalog_service.services.close_place import close_place
from catalog_service.services.create_place import create_place
from catalog_service.services.link_partner import link_partner
from catalog_service.services.update_partnership import update_partnership
from catalog_service.services.update_place import update_place
from shared.graphql.fields import mutation

PlaceId = Annotated[UUID, strawberry.argument(description="The place's id.")]
UserId = Annotated[UUID, strawberry.argument(description="The partner's account.")]
Role = Annotated[PartnershipRole, strawberry.argument(description="What the partner may do.")]
NewRole = Annotated[
    PartnershipRole | None, strawberry.argument(description="What the partner may do from now on.")
]
IsActive = Annotated[
    bool | None, strawberry.argument(description="False ends it; true invites again whoever left.")
]
NewPlace = Annotated[
    CreatePlaceInput, strawberry.argument(name="input", description="The new place.")
]
PlaceChanges = Annotated[
    UpdatePlaceInput, strawberry.argument(name="input", description="What changes.")
]


@strawberry.type
class PlaceMutations:
    """Root fields about places."""

    @mutation(
        "Open a place and own it; for partners with a verified address. Errors: UNAUTHENTICATED, "
        "FORBIDDEN, EMAIL_NOT_VERIFIED, BAD_USER_INPUT, CONFLICT (the key made something else).",
        authenticated=True,
    )
    async def create_place(self, info: Info, given: NewPlace, key: Key = None) -> Place | None:
        place = await info.context.write(
            lambda session, actor: create_place(session, actor, given.details(), key),
            PARTNER,
            ADMIN,
            verified=True,
        )
        return Place.of(place)

    @mutation(
        "Change what is said about a place; for its owners. Errors: UNAUTHENTICATED, FORBIDDEN, "
        "NOT_FOUND, BAD_USER_INPUT.",
        authenticated=True,
    )
    async def update_place(
        self, info: Info, place_id: Id, given: PlaceChanges, why: Why = None
    ) -> Place | None:
        place = await info.context.write(
            lambda session, actor: update_place(session, actor, place_id, given.changes(), why),
            PARTNER,
            ADMIN,
        )
        return Place.of(place)

    @mutation(
        "Close a place for good, cancelling its offers and what is reserved of them; for its "
        "owners. Again changes nothing. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.",
        authenticated=True,
    )
    async def close_place(self, info: Info, place_id: Id, why: Why = None) -> Place | None:
        place = await info.context.write(
            lambda session, actor: close_place(session, actor, place_id, why), PARTNER, ADMIN
        )
        return Place.of(place)

    @mutation(
        "Invite a partner into a place, or back into it; for its owners. It holds once the partner "
        "accepts it, who is written to. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND (also when "
        "there is no such account), BAD_USER_INPUT (NOT_A_PARTNER), CONFLICT (there already in "
        "another role), RATE_LIMITED.",
        authenticated=True,
    )
    async def link_partner(
        self, info: Info, place_id: PlaceId, user_id: UserId, role: Role
    ) -> Partnership | None:
        await info.context.reading(PARTNER, ADMIN)
        await learn_of_partner(info.context.database, info.context.accounts, user_id)
        made = await info.context.write(
            lambda session, actor: link_partner(
                session, actor, info.context.invitation_counts, place_id, user_id, role
            ),
            PARTNER,
            ADMIN,
        )
        return Partnership.of(made)

    @mutation(
        "Accept an invitation into a place; for the partner who is named. Again changes nothing. "
        "Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, CONFLICT (the place was closed, or who "
        "invited does not own it any more).",
        authenticated=True,
    )
    async def accept_partnership(self, info: Info, partnership_id: Id) -> Partnership | None:
        made = await info.context.write(
            lambda session, actor: accept_partnership(session, actor, partnership_id), PARTNER
        )
        return Partnership.of(made)

    @mutation(
        "Change a partner's part in a place, or withdraw an invitation; for its owners. Whoever is "
        "named may end or decline their own. Errors: UNAUTHENTICATED, NOT_FOUND, CONFLICT (a place "
        "keeps one owner, whoever is asked again is no partner any more, or the place was closed), "
        "RATE_LIMITED (invited too often).",
        authenticated=True,
    )
    async def update_partnership(
        self, info: Info, partnership_id: Id, role: NewRole = None, is_active: IsActive = None
    ) -> Partnership | None:
        after = await info.context.write(
            lambda session, actor: update_partnership(
                session, actor, info.context.invitation_counts, partnership_id, role, is_active
            )
        )
        return Partnership.of(after)
