"""Tell an invited partner which place would like to work with them, and as what."""

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.places import Partnership, Place
from catalog_service.services.write_to import write_to


async def offer_partnership(session: AsyncSession, offered: Partnership, place: Place) -> None:
    """Have the partner written to."""
    facts = {"place": place.name, "address": place.address, "role": offered.role.value}
    await write_to(session, offered.partner_user_id, "partnership_offered", facts)
