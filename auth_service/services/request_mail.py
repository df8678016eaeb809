"""Ask for a verification or reset mail again. Never tells whether the address has an account."""

from auth_service.domain.outbox import OutboxKind
from auth_service.domain.verification import Purpose
from auth_service.repository.outbox import OUTBOX
from auth_service.services.addresses import read_email
from auth_service.services.dependencies import Dependencies
from auth_service.services.letters import request_payload


async def request_mail(deps: Dependencies, purpose: Purpose, email_text: str, origin: str) -> None:
    """Note the request. Whether there is an account is looked up when the mail is sent.

    So a known and an unknown address do the same work here and take the same time. Raises
    ``InvalidEmail`` and ``RateLimited``.
    """
    email = read_email(email_text)
    await deps.attempts.mail(purpose.value, email, origin)
    payload = request_payload(purpose, email.canonical)
    await deps.database.write(lambda session: OUTBOX.add(session, OutboxKind.MAIL, payload))
