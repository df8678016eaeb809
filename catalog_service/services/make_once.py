"""What a client makes with a key of its own is made once, however often it asks."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import InvalidInput, StateForbids
from catalog_service.domain.reservations import LONGEST_KEY
from catalog_service.domain.text import text_faults
from catalog_service.repository.creations import (
    Creation,
    begin_creation,
    note_created,
    read_created,
)
from shared.errors import NotFound, Unauthenticated


class _Identified(Protocol):
    @property
    def id(self) -> UUID: ...


Made = TypeVar("Made", bound=_Identified)


async def make_once(
    session: AsyncSession,
    actor: Actor,
    key: str | None,
    asked: object,
    make: Callable[[], Awaitable[Made]],
    read: Callable[[UUID], Awaitable[Made | None]],
) -> Made:
    """What ``make`` makes, or what was made with the same key before, as it stands.

    ``asked``: all that is asked for; without a key all is made anew. Raises ``StateForbids`` for a
    key that made something else, ``NotFound`` when what it made is gone, ``InvalidInput``.
    """
    if key is None:
        return await make()
    check_key(key)
    if actor.user_id is None:
        raise Unauthenticated
    creation = Creation(actor.user_id, key, hashlib.sha256(repr(asked).encode()).digest())
    if await begin_creation(session, creation):
        made = await make()
        await note_created(session, creation, made.id)
        return made
    made_id, is_same = await read_created(session, creation)
    if not is_same:
        raise StateForbids("This idempotency key was used for something else.")
    earlier = None if made_id is None else await read(made_id)
    if earlier is None:
        raise NotFound
    return earlier


def check_key(key: str) -> None:
    """Raise ``InvalidInput`` for what is no key."""
    faults = list(text_faults(("idempotencyKey",), key, LONGEST_KEY, shortest=1))
    if faults:
        raise InvalidInput(faults)
