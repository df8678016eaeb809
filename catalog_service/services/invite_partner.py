"""An owner invites somebody by mail, whether they have an account or not.

The address is the auth service's to keep. It leaves in the event and stays here as a digest only,
so that the same address is not invited twice at a time. Whether it has an account nobody learns:
the same things happen either way, and the mail is another service's work.
"""

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import InvalidInput
from catalog_service.domain.moderation import Act, AuditAction
from catalog_service.domain.places import Invitation, PartnershipRole, Place
from catalog_service.models.outbox import EVENT
from catalog_service.repository.invitations import store_invitation
from catalog_service.repository.outbox import OUTBOX
from catalog_service.repository.place_writes import lock_place
from catalog_service.services.record import record
from catalog_service.services.write_to import have_not_sent
from shared.errors import NotFound, Unauthenticated
from shared.text import ENCODED_WORD

PARTNER_INVITED: Final = "partner.invited"
GOOD_FOR: Final = timedelta(days=14)
LONGEST_ADDRESS: Final = 254


@dataclass(frozen=True, slots=True)
class InvitedAddress:
    """An address as typed, and in the form in which two spellings of it are one."""

    typed: str
    canonical: str


def _no_address() -> InvalidInput:
    return InvalidInput.at("email", code="INVALID_EMAIL", message="An email address.")


def read_address(text: str) -> InvitedAddress:
    """The address. Raises ``InvalidInput``."""
    plain = unicodedata.normalize("NFKC", text.strip()[: LONGEST_ADDRESS + 1])
    try:
        # any domain may be an address, also those that are reserved for tests
        parsed = validate_email(
            plain, check_deliverability=False, strict=True, test_environment=True
        )
    except EmailNotValidError:
        raise _no_address() from None
    if ENCODED_WORD in plain:  # mail programs read another address in it; auth refuses it, too
        raise _no_address()
    local = unicodedata.normalize("NFKC", parsed.local_part).casefold()
    return InvitedAddress(plain, f"{local}@{parsed.ascii_domain.lower()}")


def token_hash(token: str) -> bytes:
    """What is stored of a mail's token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


async def invite_partner(
    session: AsyncSession,
    actor: Actor,
    place_id: UUID,
    address: InvitedAddress,
    role: PartnershipRole,
) -> Invitation:
    """The invitation; the mail leaves when the transaction commits.

    An address that is invited already and has not answered is invited anew: one invitation, with
    the new role and a new token; the old mail's is worth nothing. Raises ``NotFound`` without an
    open place that the actor owns.
    """
    if actor.user_id is None:
        raise Unauthenticated
    place = await lock_place(session, place_id, actor)
    if place is None:
        raise NotFound
    token = secrets.token_urlsafe(32)
    digest = hashlib.sha256(f"{place_id}|{address.canonical}".encode()).digest()
    made = await store_invitation(
        session,
        place_id,
        role,
        address_digest=digest,
        token_hash=token_hash(token),
        invited_by=actor.user_id,
        good_for=GOOD_FOR,
    )
    details = {"placeId": str(place_id), "role": role.value}
    act = Act(AuditAction.PARTNER_INVITED, "invitation", made.id, details=details)
    await record(session, actor, act)
    await _have_it_sent(session, made, place, address, token, actor.user_id)
    return made


async def _have_it_sent(
    session: AsyncSession,
    made: Invitation,
    place: Place,
    address: InvitedAddress,
    token: str,
    inviter_id: UUID,
) -> None:
    event_id = _mail_id(made)
    event = {
        "id": str(event_id),
        "type": PARTNER_INVITED,
        "invitationId": str(made.id),
        "email": address.typed,
        "inviterId": str(inviter_id),
        "token": token,
        "place": place.name,
        "address": place.address,
        "role": made.role.value,
        "expiresAt": made.expires_at.isoformat(),
        "occurredAt": datetime.now(UTC).isoformat(),
    }
    await OUTBOX.add(session, EVENT, event, item_id=event_id, subject=inviter_id)


async def withdraw_mails(session: AsyncSession, answered: Iterable[Invitation]) -> None:
    """Have the mails not sent that wait, for a mail server or for us: their links are dead."""
    await have_not_sent(session, map(_mail_id, answered))


def _mail_id(made: Invitation) -> UUID:
    """The id of the newest mail's event. Made again, an invitation ends at another moment."""
    return uuid5(made.id, made.expires_at.isoformat())
