"""Places with people who work there, and what is seen of their partnerships."""

from __future__ import annotations

from uuid import UUID

from tests.catalog_service.kit import UPDATE_PARTNERSHIP, Catalog, Person


async def open_staffed_place(catalog: Catalog, owner: Person) -> tuple[UUID, Person, Person]:
    """A place with a manager and one of its staff: the place, and both."""
    place = await catalog.open_place(owner)
    manager, staff = Person("partner"), Person("partner")
    await catalog.link(owner, place, manager, "MANAGER")
    await catalog.link(owner, place, staff, "STAFF")
    return place, manager, staff


async def own_partnership(catalog: Catalog, person: Person) -> str:
    """The id of the one partnership that the person holds."""
    rows = await catalog.sql("SELECT id FROM partnerships WHERE partner_user_id = $1", person.id)
    return str(rows[0]["id"])


async def leave(catalog: Catalog, person: Person, partnership: str) -> list[str]:
    """End a partnership; the codes of the errors."""
    ended = await catalog.ask(person, UPDATE_PARTNERSHIP, id=partnership, isActive=False)
    return ended.codes


async def shown(catalog: Catalog, place: UUID) -> list[str]:
    """Whom the place shows to everybody."""
    document = "query($id: UUID!) { place(id: $id) { partnerships { partner { id } } } }"
    found = await catalog.ask(None, document, id=str(place))
    return [each["partner"]["id"] for each in found.data["place"]["partnerships"]]
