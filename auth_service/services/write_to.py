"""Have an account written to. The letter leaves when the transaction has committed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.core.letters.writing import Fact
from auth_service.domain.outbox import OutboxKind
from auth_service.repository.outbox import OUTBOX
from auth_service.services.letters import letter_payload


async def write_to(
    session: AsyncSession, user_id: UUID, name: str, facts: Mapping[str, Fact]
) -> None:
    """Put the letter ``name`` into the outbox; whom it reaches is looked up when it leaves."""
    payload = letter_payload(name, user_id, facts)
    await OUTBOX.add(session, OutboxKind.MAIL, payload, subject=user_id)


async def tell_of_new_password(session: AsyncSession, user_id: UUID) -> None:
    """Tell of a password that was just changed, whoever changed it."""
    facts = {"changedAt": datetime.now(UTC).isoformat()}
    await write_to(session, user_id, "password_changed", facts)
