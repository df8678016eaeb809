"""Inviting by mail, and answering."""

from typing import Annotated
from uuid import UUID

import strawberry

from catalog_service.api.context import ADMIN, PARTNER, Info, signed_in_id
from catalog_service.api.pages import Id
from catalog_service.api.types.invitation import Invitation
from catalog_service.api.types.partnership import Partnership
from catalog_service.domain.places import OWNERS, PartnershipRole
from catalog_service.repository.places import read_managed
from catalog_service.services.answer_invitation import (
    accept_invitation,
    cancel_invitation,
    check_may_accept,
    decline_invitation,
    named_invitation,
)
from catalog_service.services.invite_partner import invite_partner, read_address
from shared.errors import NotFound
from shared.graphql.fields import mutation

PlaceId = Annotated[UUID, strawberry.argument(description="The place's id.")]
Email = Annotated[str, strawberry.argument(description="Whom to invite: an email address.")]
Role = Annotated[PartnershipRole, strawberry.argument(description="What the invited may do.")]
InvitationId = Annotated[
    UUID | None,
    strawberry.argument(name="id", description="The invitation, one of `myInvitations`."),
]
Token = Annotated[
    str | None, strawberry.argument(description="What the mail's link carries, instead of the id.")
]


@strawberry.type
class InvitationMutations:
    """Root fields about invitations."""

    @mutation(
        "Invite somebody into a place by mail, with an account or without one yet; for its owners. "
        "The answer is the same either way. Inviting again sends a new mail, and the old one is "
        "worth nothing. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT "
        "(INVALID_EMAIL), RATE_LIMITED.",
        authenticated=True,
    )
    async def invite_partner(
        self, info: Info, place_id: PlaceId, email: Email, role: Role
    ) -> Invitation | None:
        actor = await info.context.reading(PARTNER, ADMIN)
        address = read_address(email)
        # Before it is counted: refused, it is no mail, and must not keep others from inviting.
        if not await info.context.loaders.load(read_managed, place_id, actor, OWNERS):
            raise NotFound
        await info.context.invitation_counts.take(actor, address.canonical)
        made = await info.context.write(
            lambda session, actor: invite_partner(session, actor, place_id, address, role),
            PARTNER,
            ADMIN,
        )
        return Invitation.of(made)

    @mutation(
        "Accept an invitation to your address, or the one whose mail you have; for partners with a "
        "verified address (a customer becomes one by `becomePartner`). Again changes nothing. "
        "Errors: UNAUTHENTICATED, FORBIDDEN, EMAIL_NOT_VERIFIED, BAD_USER_INPUT, NOT_FOUND, "
        "CONFLICT (answered, withdrawn, expired, the place was closed, or there already in another "
        "role).",
        authenticated=True,
    )
    async def accept_invitation(
        self, info: Info, invitation_id: InvitationId = None, token: Token = None
    ) -> Partnership | None:
        user_id = signed_in_id(await info.context.reading())
        check_may_accept(await info.context.loaders.actor_by_now())
        which = await named_invitation(info.context.accounts, user_id, invitation_id, token)
        made = await info.context.write(
            lambda session, actor: accept_invitation(session, actor, which), PARTNER, verified=True
        )
        return Partnership.of(made)

    @mutation(
        "Decline an invitation to your address, or the one whose mail you have, for good. Again "
        "changes nothing. Errors: UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, CONFLICT (answered "
        "or withdrawn).",
        authenticated=True,
    )
    async def decline_invitation(
        self, info: Info, invitation_id: InvitationId = None, token: Token = None
    ) -> Invitation | None:
        user_id = signed_in_id(await info.context.reading())
        which = await named_invitation(info.context.accounts, user_id, invitation_id, token)
        after = await info.context.write(
            lambda session, actor: decline_invitation(session, actor, which)
        )
        return Invitation.of(after)

    @mutation(
        "Withdraw an invitation; for the place's owners. Again changes nothing. Errors: "
        "UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, CONFLICT (answered).",
        authenticated=True,
    )
    async def cancel_invitation(self, info: Info, invitation_id: Id) -> Invitation | None:
        after = await info.context.write(
            lambda session, actor: cancel_invitation(session, actor, invitation_id), PARTNER, ADMIN
        )
        return Invitation.of(after)
