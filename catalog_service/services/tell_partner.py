"""Tell a partner what became of their part in a place."""

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.places import Partnership, PartnershipStatus, Place
from catalog_service.services.write_to import write_to


async def offer_partnership(session: AsyncSession, offered: Partnership, place: Place) -> None:
    """Have an invited partner written to: which place would like them, and as what."""
    await _write(session, "partnership_offered", offered, place)


async def tell_partner(
    session: AsyncSession, before: Partnership, after: Partnership, place: Place
) -> None:
    """Have whoever works there written to when another ended that, or gave them another role."""
    if before.status is not PartnershipStatus.ACTIVE:
        return
    if after.status is PartnershipStatus.ENDED:
        await _write(session, "partnership_ended", after, place)
    elif after.role is not before.role:
        await _write(session, "partnership_changed", after, place)


async def _write(
    session: AsyncSession, letter: str, partnership: Partnership, place: Place
) -> None:
    facts = {"place": place.name, "address": place.address, "role": partnership.role.value}
    await write_to(session, partnership.partner_user_id, letter, facts)
