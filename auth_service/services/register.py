"""Make an account and have its address verified."""

from dataclasses import dataclass
from uuid import uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.domain.email import Email
from auth_service.domain.errors import AuthError, InvalidEmail, UserExists, WeakPassword
from auth_service.domain.outbox import OutboxKind
from auth_service.domain.password import Password
from auth_service.domain.user import Language, NewUser, Role, User
from auth_service.domain.verification import Purpose, VerificationToken
from auth_service.repository.outbox import OUTBOX
from auth_service.repository.users import insert_user, user_by_email
from auth_service.repository.verification_tokens import insert_token
from auth_service.services.addresses import deliverable, read_email
from auth_service.services.dependencies import Dependencies
from auth_service.services.letters import mail_payload
from auth_service.services.write_to import write_to
from shared.errors import UniqueViolated

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody says of themselves when registering."""

    display_name: str | None = None
    language: Language = Language.ENGLISH


NO_PROFILE = Profile()


async def register(
    deps: Dependencies,
    email_text: str,
    password_text: str,
    role: Role,
    origin: str,
    profile: Profile = NO_PROFILE,
) -> User:
    """A new, unverified account; the mail with its token is in the outbox when this returns.

    A partner waits to be approved where partners are.

    Raises ``InvalidEmail``, ``WeakPassword`` (each naming all faults found), ``UserExists``,
    ``RateLimited``.
    """
    email, password = read_credentials(email_text, password_text)
    await deps.attempts.register(origin)
    async with deps.database.read() as connection:
        if await user_by_email(connection, email) is not None:
            raise UserExists  # before hashing: this answer is no secret, and cheap to give
    password_hash = await deps.passwords.hash(password.encoded())
    waits = role is Role.PARTNER and deps.partners_are_approved
    new = NewUser(
        uuid4(),
        email,
        password_hash,
        role,
        display_name=profile.display_name,
        language=profile.language,
        is_approved=not waits,
    )
    token = VerificationToken.issue(new.id, Purpose.VERIFY_EMAIL)

    async def store(session: AsyncSession) -> User:
        user = await insert_user(session, new)
        await insert_token(session, token)
        payload = mail_payload(token, deliverable(email), user.language)
        await OUTBOX.add(session, OutboxKind.MAIL, payload)
        if waits:
            await write_to(session, user.id, "partner_pending", {})
        return user

    try:
        user = await deps.database.write(store)
    except UniqueViolated:
        raise UserExists from None  # someone was faster
    log.info("account registered", user_id=str(user.id), role=role.value)
    return user


def read_credentials(email_text: str, password_text: str) -> tuple[Email, Password]:
    """Both values; if both are at fault, the error names the faults of both."""
    faults: list[AuthError] = []
    email = password = None
    try:
        email = read_email(email_text)
    except InvalidEmail as error:
        faults.append(error)
    try:
        password = Password.chosen(password_text)
    except WeakPassword as error:
        faults.append(error)
    if email is None or password is None:
        first = faults[0]
        raise type(first)(faults=[fault for error in faults for fault in error.faults])
    return email, password
