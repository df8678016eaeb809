"""Send one item of the outbox: a mail or an event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from auth_service.core.events import EventNotTaken, EventReceiver
from auth_service.core.mail import Mail, MailNotSent, MailTransport
from auth_service.domain.outbox import MAIL_IS_WORTH, OutboxItem, OutboxKind, delay_after
from auth_service.domain.verification import Purpose, VerificationToken
from auth_service.repository.outbox import finish_item, postpone_item, replace_payload
from auth_service.repository.users import user_by_canonical
from auth_service.repository.verification_tokens import insert_token
from auth_service.services.addresses import deliverable
from auth_service.services.letters import letter_of, mail_payload
from shared.database import Database

log = structlog.get_logger(__name__)

Count = Callable[[str, str], None]
"""Called with an item's kind and its outcome: sent, postponed or given_up."""


def _no_count(_kind: str, _outcome: str) -> None:
    """Nobody counts."""


@dataclass(frozen=True, slots=True)
class Senders:
    """Where items go. ``message_domain``: the right side of Message-IDs."""

    database: Database
    mail: MailTransport
    events: EventReceiver
    link_base: str
    message_domain: str
    count: Count = _no_count


async def send_outbox_item(senders: Senders, item: OutboxItem) -> None:
    """Send ``item`` and finish it, or put it off; a mail nobody needs any more is given up."""
    try:
        if item.kind is OutboxKind.EVENT:
            await senders.events.deliver(item.payload)
        else:
            await _send_mail(senders, item)
    except MailNotSent as error:
        too_late = datetime.now(UTC) - item.created_at > MAIL_IS_WORTH
        await _failed(senders, item, str(error), final=error.permanent or too_late)
    except EventNotTaken as error:
        await _failed(senders, item, str(error), final=False)
    else:
        async with senders.database.transaction() as session:
            await finish_item(session, item.id)
        senders.count(item.kind.value, "sent")
        log.info("outbox item sent", kind=item.kind.value, item=str(item.id))


async def _failed(senders: Senders, item: OutboxItem, reason: str, *, final: bool) -> None:
    senders.count(item.kind.value, "given_up" if final else "postponed")
    log.warning(
        "outbox item not sent",
        kind=item.kind.value,
        item=str(item.id),
        attempts=item.attempts,
        reason=reason,
        given_up=final,
    )
    async with senders.database.transaction() as session:
        if final:
            await finish_item(session, item.id, reason)
        else:
            await postpone_item(session, item.id, delay_after(item.attempts), reason)


async def _send_mail(senders: Senders, item: OutboxItem) -> None:
    payload = item.payload
    if "requested" in payload:
        resolved = await _resolve(senders.database, item)
        if resolved is None:
            return  # nobody's address, or nothing to verify: no mail, and nobody learns of it
        payload = resolved
    letter = letter_of(payload, senders.link_base)
    message_id = f"<{item.id}@{senders.message_domain}>"
    await senders.mail.send(Mail(message_id, payload["to"], letter.subject, letter.text))


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
        await replace_payload(session, item.id, payload)  # a retry sends this very token
    return payload
