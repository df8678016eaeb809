"""Record what an admin does that partners do at their own places, where it is nobody's concern."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import Act, AuditAction
from catalog_service.domain.offers import OfferDetails
from catalog_service.domain.places import PlaceDetails
from catalog_service.services.record import record


async def record_by_admin(
    session: AsyncSession,
    actor: Actor,
    action: AuditAction,
    target: tuple[str, UUID],
    reason: str | None = None,
    **details: str,
) -> None:
    """Add the act to the log if it is an admin's. ``target``: its type and its id."""
    if actor.is_admin:
        await record(session, actor, Act(action, *target, reason, details))


async def record_change_by_admin(
    session: AsyncSession,
    actor: Actor,
    action: AuditAction,
    target: tuple[str, UUID],
    before: OfferDetails | PlaceDetails,
    after: OfferDetails | PlaceDetails,
    reason: str | None = None,
) -> bool:
    """As ``record_by_admin``, with the names of what differs; False where nothing does."""
    if not actor.is_admin:
        return False
    was, now = _facts(before), _facts(after)
    changed = sorted(_as_clients_say(name) for name in was if was[name] != now[name])
    if changed:
        await record_by_admin(session, actor, action, target, reason, changed=", ".join(changed))
    return bool(changed)


def _facts(details: OfferDetails | PlaceDetails) -> dict[str, Any]:
    facts = asdict(details)
    window = facts.pop("window", {})
    return facts | {f"pickup_{end}": moment for end, moment in window.items()}


def _as_clients_say(name: str) -> str:
    first, *more = name.split("_")
    return first + "".join(word.title() for word in more)
