"""The catalog invites somebody, whose address only this service may keep, into a place."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.domain.errors import InvalidEmail
from auth_service.domain.outbox import OutboxKind
from auth_service.domain.user import Language
from auth_service.repository.invitations import store_invitation
from auth_service.repository.outbox import OUTBOX
from auth_service.repository.users import user_by_email, user_by_id
from auth_service.services.addresses import deliverable, read_email
from shared.database import Database
from shared.errors import UniqueViolated

log = structlog.get_logger(__name__)

LETTER = "partner_invited"
FRAGMENT = "invitation"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the catalog says of it. ``token``: what the mail's link carries, good once."""

    id: UUID
    email: str
    inviter_id: UUID
    token: str
    place: str
    address: str
    role: str
    expires_at: datetime


async def take_invitation(
    database: Database, event_id: UUID, invitation: Invitation, link_base: str
) -> None:
    """Note it for the address's account, there or to come, and put the mail into the outbox.

    The same mail goes to an address with an account and to one without; only its language may
    differ: the invited account's, or else the inviter's. Delivered twice, it is sent once; of
    mails that wait, only that with the newest link leaves.
    """
    try:
        email = read_email(invitation.email)
    except InvalidEmail:
        # refused, it would be delivered for ever; the catalog has checked it
        log.exception("invitation to no address", invitation=str(invitation.id))
        return
    url = f"{link_base}#{FRAGMENT}={invitation.token}"
    facts = {
        "place": invitation.place,
        "address": invitation.address,
        "role": invitation.role,
        "url": url,
        "expiresAt": invitation.expires_at.isoformat(),
    }

    async def store(session: AsyncSession) -> None:
        invited = await user_by_email(session, email)
        inviter = await user_by_id(session, invitation.inviter_id)
        writer = invited or inviter
        language = Language.ENGLISH if writer is None else writer.language
        inviter_id = None if inviter is None else inviter.id
        await store_invitation(session, invitation.id, email, inviter_id, invitation.expires_at)
        payload = {
            "letter": LETTER,
            "to": deliverable(email),
            "facts": facts | {"inviter": None if inviter is None else inviter.display_name},
            "language": language.value,
            "notAfter": invitation.expires_at.isoformat(),
            "invitationId": str(invitation.id),
        }
        subject = None if invited is None else invited.id
        await OUTBOX.add(session, OutboxKind.MAIL, payload, item_id=event_id, subject=subject)

    try:
        await database.write(store)
    except UniqueViolated:
        return  # delivered before
