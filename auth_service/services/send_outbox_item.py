"""Send one item of the outbox: a mail or an event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from jinja2 import TemplateError

from auth_service.core.letters import LETTERS, FactsMissing, write
from auth_service.core.letters.writing import Fact
from auth_service.core.mail import Mail, MailTransport
from auth_service.core.unsubscribe_links import UnsubscribeLinks
from auth_service.domain.outbox import OutboxKind
from auth_service.domain.user import Language, User
from auth_service.domain.verification import Purpose, VerificationToken, digest_of
from auth_service.repository.invitations import is_newest
from auth_service.repository.outbox import OUTBOX
from auth_service.repository.users import locked_by_canonical, user_by_id
from auth_service.repository.verification_tokens import begin_anew, insert_token
from auth_service.services.addresses import deliverable
from auth_service.services.letters import mail_payload, token_facts
from shared.database import Database
from shared.outbox import EventReceiver, NotSent, OutboxItem


@dataclass(frozen=True, slots=True)
class Senders:
    """Where items go. ``message_domain``: the right side of Message-IDs."""

    database: Database
    mail: MailTransport
    events: EventReceiver
    link_base: str
    message_domain: str
    unsubscribe_links: UnsubscribeLinks


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
    elif "token" in payload and not await _begun_anew(senders.database, payload):
        return  # its link would open nothing
    elif "invitationId" in payload and not await _is_newest(senders.database, payload):
        return  # likewise: the invitation was made again, with another link, or is forgotten
    if _is_too_late(payload, item.taken_at):
        return
    addressed = await _addressed(senders, payload)
    if addressed is not None:
        await _write(senders, item, addressed)


@dataclass(frozen=True, slots=True)
class _Addressed:
    to: str
    language: Language
    name: str
    facts: Mapping[str, Fact]
    user_id: UUID | None = None


async def _addressed(senders: Senders, payload: Mapping[str, Any]) -> _Addressed | None:
    """Who is written what; None when the account is gone, or declined such letters."""
    if "letter" not in payload:
        name, facts = token_facts(payload, senders.link_base)
        return _Addressed(payload["to"], _language(payload), name, facts)
    name, facts = payload["letter"], payload["facts"]
    if "to" in payload:
        return _Addressed(payload["to"], _language(payload), name, facts)
    user = await _addressee(senders.database, UUID(payload["userId"]))
    choice = LETTERS[name].choice_with(facts)
    if user is None or (choice is not None and choice not in user.notifications):
        return None
    return _Addressed(deliverable(user.email), user.language, name, facts, user.id)


def _language(payload: Mapping[str, Any]) -> Language:
    return Language(payload.get("language", Language.ENGLISH))


def _is_too_late(payload: Mapping[str, Any], now: datetime) -> bool:
    moment = payload.get("notAfter")
    return moment is not None and datetime.fromisoformat(moment) < now


async def _write(senders: Senders, item: OutboxItem, addressed: _Addressed) -> None:
    choice = LETTERS[addressed.name].choice_with(addressed.facts)
    unsubscribe = None
    if choice is not None and addressed.user_id is not None:
        unsubscribe = senders.unsubscribe_links.make(addressed.user_id, choice)
    try:
        letter = write(addressed.name, addressed.language, addressed.facts, unsubscribe)
    except (FactsMissing, ValueError, ArithmeticError, LookupError, TemplateError) as error:
        # what cannot be written today cannot be written tomorrow
        raise NotSent(f"not written: {type(error).__name__}", permanent=True) from error
    await senders.mail.send(
        Mail(
            message_id=f"<{item.id}@{senders.message_domain}>",
            to=addressed.to,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            unsubscribe=unsubscribe,
        )
    )


async def _addressee(database: Database, user_id: UUID) -> User | None:
    async with database.read() as connection:
        return await user_by_id(connection, user_id)


async def _begun_anew(database: Database, payload: Mapping[str, Any]) -> bool:
    """Let the token's life begin as its mail leaves; False: it was used or withdrawn meanwhile.

    Where the mail server was away for an hour, a link for a new password would come too late.
    """
    digest, purpose = digest_of(payload["token"]), Purpose(payload["purpose"])
    async with database.transaction() as session:
        return await begin_anew(session, digest, purpose)


async def _is_newest(database: Database, payload: Mapping[str, Any]) -> bool:
    invitation_id = UUID(payload["invitationId"])
    async with database.read() as connection:
        expires_at = datetime.fromisoformat(payload["notAfter"])
        return await is_newest(connection, invitation_id, expires_at)


async def _resolve(database: Database, item: OutboxItem) -> Mapping[str, Any] | None:
    """Turn a request for a mail into the mail, with a token of its own; None: there is none."""
    purpose = Purpose(item.payload["requested"])
    async with database.transaction() as session:
        # Held: a token made while the address changes would be mailed to the old one.
        user = await locked_by_canonical(session, item.payload["canonical"])
        if (
            user is None
            or user.is_suspended
            or (purpose is Purpose.VERIFY_EMAIL and user.is_verified)
        ):
            return None
        token = VerificationToken.issue(user.id, purpose)
        await insert_token(session, token)
        payload = mail_payload(token, deliverable(user.email), user.language)
        await OUTBOX.replace_payload(session, item.id, payload)  # a retry sends this very token
    return payload
