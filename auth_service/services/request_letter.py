"""Another service wants something written to an account, whose address only this one knows."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from auth_service.core.letters.writing import Fact
from auth_service.domain.outbox import OutboxKind
from auth_service.repository.outbox import OUTBOX
from auth_service.services.letters import letter_payload
from shared.database import Database
from shared.errors import UniqueViolated


async def request_letter(
    database: Database,
    event_id: UUID,
    user_id: UUID,
    letter: str,
    facts: Mapping[str, Fact],
    not_after: datetime | None = None,
) -> None:
    """Put the mail into the outbox, under the event's id: delivered twice, it is sent once.

    The address is looked up when it is sent; an account that is gone by then gets none.
    """
    payload = letter_payload(letter, user_id, facts, not_after)
    try:
        await database.write(
            lambda session: OUTBOX.add(
                session, OutboxKind.MAIL, payload, item_id=event_id, subject=user_id
            )
        )
    except UniqueViolated:
        return  # delivered before
