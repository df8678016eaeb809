"""Change the address of one's own account: asked for, confirmed at the new one, told to the old."""

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.domain.audit import Act, Action
from auth_service.domain.errors import TokenInvalid, UserExists
from auth_service.domain.outbox import OutboxKind
from auth_service.domain.password import Password
from auth_service.domain.user import User
from auth_service.domain.verification import Purpose, VerificationToken, digest_of
from auth_service.domain.viewer import Over
from auth_service.repository.audit import record
from auth_service.repository.outbox import OUTBOX
from auth_service.repository.users import locked_user, replace_email, user_by_email
from auth_service.repository.verification_tokens import (
    consume_token,
    insert_token,
    new_email_of,
    withdraw_tokens,
)
from auth_service.services.addresses import deliverable, read_email
from auth_service.services.current_account import confirm_password, hold_confirmed
from auth_service.services.dependencies import Dependencies
from auth_service.services.letters import mail_payload, notice_payload
from auth_service.services.tell_catalog import tell_catalog
from shared.errors import SessionOver, UniqueViolated

log = structlog.get_logger(__name__)


async def request_email_change(
    deps: Dependencies,
    user_id: UUID,
    token_version: int,
    email_text: str,
    password_text: str,
    origin: str,
) -> None:
    """Mail a token to the new address; the account keeps its address until that is used.

    An address that somebody else has gets no mail, and nobody is told so: only ``register`` tells.
    Another spelling of one's own (Anna@, anna@) may be another mailbox, and is written to. Raises
    ``InvalidEmail``, ``InvalidCredentials``, ``Unauthenticated``, ``RateLimited``.
    """
    email = read_email(email_text, "newEmail")
    attempt = Password.attempted(password_text)
    await deps.attempts.mail(Purpose.CHANGE_EMAIL.value, email, origin)
    confirmed = await confirm_password(deps, user_id, token_version, attempt)
    token = VerificationToken.issue(user_id, Purpose.CHANGE_EMAIL, email)

    async def store(session: AsyncSession) -> None:
        if await hold_confirmed(session, confirmed) is None:
            raise SessionOver(Over.DELETED)
        await withdraw_tokens(session, user_id, Purpose.CHANGE_EMAIL)
        await insert_token(session, token)
        holder = await user_by_email(session, email)
        if holder is None or holder.id == user_id:  # one's own in another spelling is not taken
            payload = mail_payload(token, deliverable(email), confirmed.language)
            await OUTBOX.add(session, OutboxKind.MAIL, payload)

    await deps.database.write(store)


async def confirm_email_change(deps: Dependencies, token_text: str, origin: str) -> User:
    """The account with its new, verified address; the old one is told, if it was verified.

    Raises ``TokenInvalid``, ``TokenExpired``, ``TokenUsed``, ``UserExists`` when somebody else took
    the address meanwhile, ``RateLimited``.
    """
    await deps.attempts.verify(origin)
    digest = digest_of(token_text)

    async def use(session: AsyncSession) -> User:
        user_id = await consume_token(session, digest, Purpose.CHANGE_EMAIL)
        before = await locked_user(session, user_id)
        email = await new_email_of(session, digest)
        if before is None or email is None:
            raise TokenInvalid
        # mailed to the old address
        await withdraw_tokens(session, user_id, Purpose.RESET_PASSWORD, Purpose.VERIFY_EMAIL)
        await record(session, Act(Action.EMAIL_CHANGED, user_id, user_id))
        old = deliverable(before.email)
        # an old one that nobody verified may be mistyped, and a stranger's
        if before.is_verified and old != deliverable(email):
            facts = {"newEmail": email.typed}
            told = notice_payload("email_changed", old, facts, before)
            await OUTBOX.add(session, OutboxKind.MAIL, told)
        return await replace_email(session, user_id, email) or before

    try:
        user = await deps.database.write(use)
    except UniqueViolated:
        raise UserExists from None
    await tell_catalog(deps, user.id)
    log.info("address changed", user_id=str(user.id), audit=True)
    return user
