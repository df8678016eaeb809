"""An owner takes somebody into a place."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import StateForbids
from catalog_service.domain.places import Partnership, PartnershipRole
from catalog_service.repository.place_writes import link_partner as write
from catalog_service.repository.place_writes import lock_place, read_partnership_of
from catalog_service.services.admission import hold_partner
from shared.errors import NotFound


async def link_partner(
    session: AsyncSession, actor: Actor, place_id: UUID, user_id: UUID, role: PartnershipRole
) -> Partnership:
    """The partnership, new or active again; linking the same again changes nothing.

    Whether the account has the role partner is not known here; without it the partnership gives
    nothing. Raises ``NotFound`` without a place that the actor owns or for an erased account,
    ``StateForbids`` when the account is already active there in another role.
    """
    await hold_partner(session, user_id)
    if await lock_place(session, place_id, actor) is None:
        raise NotFound
    made = await write(session, place_id, user_id, role)
    standing = made or await read_partnership_of(session, place_id, user_id)
    if standing is None or standing.role is not role:
        raise StateForbids("This account is a partner of the place already.")
    return standing
