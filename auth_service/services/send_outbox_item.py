"""Send one item of the outbox: a mail or an event."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from auth_service.core.mail import Mail, MailTransport
from auth_service.domain.outbox import OutboxKind
from auth_service.domain.user import User
from auth_service.domain.verification import Purpose, VerificationToken
from auth_service.repository.outbox import OUTBOX
from auth_service.repository.users import user_by_canonical, user_by_id
from auth_service.repository.verification_tokens import insert_token
from auth_service.services.addresses import deliverable
from auth_service.services.letters import letter_of, mail_payload, requested_letter
from shared.database import Database
from shared.outbox import EventReceiver, OutboxItem


@dataclass(frozen=True, slots=True)
class Senders:
    """Where items go. ``message_domain``: the right side of Message-IDs."""

    database: Database
    mail: MailTransport
    events: EventReceiver
    link_base: str
    message_domain: str


async def send_outbox_item(senders: Senders, item: OutboxItem) -> None:
    """Send ``item``. Raises ``NotSent``."""
    if item.kind == OutboxKind.EVENT:
        await senders.events.deliver(item.payload)
    else:
        await _send_mail(senders, item)


async def _send_mail(senders: Senders, item: OutboxItem) -> None:
    payload = item.payload
    if "requested" in payload:
        resolved = await _resolve(senders.database, item)
        if resolved is None:
            return  # nobody's address, or nothing to verify: no mail, and nobody learns of it
        payload = resolved
    if "letter" in payload and "to" in payload:
        letter, to = requested_letter(payload["letter"], payload["facts"]), payload["to"]
    elif "letter" in payload:
        user = await _addressee(senders.database, UUID(payload["userId"]))
        if user is None:
            return  # the account is gone, and its address with it
        letter, to = requested_letter(payload["letter"], payload["facts"]), deliverable(user.email)
    else:
        letter, to = letter_of(payload, senders.link_base), payload["to"]
    message_id = f"<{item.id}@{senders.message_domain}>"
    await senders.mail.send(Mail(message_id, to, letter.subject, letter.text))


async def _addressee(database: Database, user_id: UUID) -> User | None:
    async with database.read() as connection:
        return await user_by_id(connection, user_id)


async def _resolve(database: Database, item: OutboxItem) -> Mapping[str, Any] | None:
    """Turn a request for a mail into the mail, with a token of its own; None: there is none."""
    purpose = Purpose(item.payload["requested"])
    async with database.transaction() as session:
        user = await user_by_canonical(session, item.payload["canonical"])
        if user is None or (purpose is Purpose.VERIFY_EMAIL and user.is_verified):
            return None
        token = VerificationToken.issue(user.id, purpose)
        await insert_token(session, token)
        payload = mail_payload(token, deliverable(user.email))
        await OUTBOX.replace_payload(session, item.id, payload)  # a retry sends this very token
    return payload
