"""Writing places and partnerships. Ownership stands in each statement's own WHERE."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, exists, func, not_, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from catalog_service.domain.actors import Actor, Standing
from catalog_service.domain.places import (
    OWNERS,
    Partnership,
    PartnershipRole,
    PartnershipStatus,
    Place,
    PlaceDetails,
)
from catalog_service.models import tables
from catalog_service.repository.conditions import is_open_place, is_suspended_account, manages
from catalog_service.repository.rows import (
    PARTNERSHIP_COLUMNS,
    PLACE_COLUMNS,
    partnership,
    place,
    to_partnership,
    to_place,
)
from catalog_service.repository.stored_hours import stored_hours, stored_special_days
from shared.database import Connection


async def insert_place(
    connection: Connection, details: PlaceDetails, owner_id: UUID, standing_version: int
) -> Place:
    """A new place, and its first owner, with the version of their standing."""
    statement = (
        insert(tables.place)
        .values(
            id=uuid4(),
            currency=details.currency,
            **_columns(details),
        )
        .returning(*PLACE_COLUMNS)
    )
    made = to_place((await connection.execute(statement)).one())
    await connection.execute(
        insert(tables.partnership).values(
            id=uuid4(),
            partner_user_id=owner_id,
            place_id=made.id,
            role=PartnershipRole.OWNER.value,
            standing_version=standing_version,
        )
    )
    return made


async def knows_time_zone(connection: Connection, name: str) -> bool:
    """Whether the database has the zone: it counts days there by rules of its own.

    Read as part of a moment: the view of all time zones reads 600 files, for 50 ms and more.
    """
    known = text("SELECT pg_input_is_valid('2000-01-01 ' || :name, 'timestamptz')")
    return bool((await connection.execute(known, {"name": name})).scalar_one())


async def lock_place(connection: Connection, place_id: UUID, actor: Actor) -> Place | None:
    """The open place, held until the transaction ends, if the actor owns it."""
    query = (
        select(*PLACE_COLUMNS)
        .where(place.id == place_id, is_open_place(), manages(place.id, actor, OWNERS))
        .with_for_update(key_share=True)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else to_place(row)


async def update_place(
    connection: Connection, place_id: UUID, details: PlaceDetails, actor: Actor
) -> Place | None:
    """The place with its new details. The currency never changes: prices are in it."""
    statement = (
        update(tables.place)
        .where(place.id == place_id, is_open_place(), manages(place.id, actor, OWNERS))
        .values(**_columns(details))
        .returning(*PLACE_COLUMNS)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else to_place(row)


def _columns(details: PlaceDetails) -> dict[str, Any]:
    return {
        "name": details.name,
        "description": details.description,
        "address": details.address,
        "latitude": details.latitude,
        "longitude": details.longitude,
        "time_zone": details.time_zone,
        "staff_see_revenue": details.staff_see_revenue,
        "category": None if details.category is None else details.category.value,
        "phone": details.phone,
        "website": details.website,
        "opening_hours": stored_hours(details.opening_hours),
        "special_days": stored_special_days(details.special_days),
    }


async def close_place(connection: Connection, place_id: UUID, actor: Actor) -> Place | None:
    """The place, closed now and for good."""
    statement = (
        update(tables.place)
        .where(place.id == place_id, is_open_place(), manages(place.id, actor, OWNERS))
        .values(closed_at=func.clock_timestamp())
        .returning(*PLACE_COLUMNS)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else to_place(row)


async def invite_partner(
    connection: Connection,
    place_id: UUID,
    invited: Standing,
    role: PartnershipRole,
    invited_by: UUID | None,
) -> Partnership | None:
    """An invitation, new or after an ended partnership; None when one stands there already."""
    nothing_stands = partnership.is_active.is_(False) & partnership.is_invited.is_(False)
    given = {
        "role": role.value,
        "is_active": False,
        "is_invited": True,
        "invited_by": invited_by,
        "standing_version": invited.version,
    }
    return await _put_partnership(connection, place_id, invited.user_id, nothing_stands, given)


async def start_partnership(
    connection: Connection,
    place_id: UUID,
    user_id: UUID,
    role: PartnershipRole,
    standing_version: int,
) -> Partnership | None:
    """An active partnership, new or after an invited or ended one; None when one is active."""
    is_not_active = partnership.is_active.is_(False)
    given = {
        "role": role.value,
        "is_active": True,
        "is_invited": False,
        "invited_by": None,
        "standing_version": standing_version,
    }
    return await _put_partnership(connection, place_id, user_id, is_not_active, given)


async def _put_partnership(
    connection: Connection,
    place_id: UUID,
    user_id: UUID,
    replaces: ColumnElement[bool],
    given: dict[str, Any],
) -> Partnership | None:
    """The partnership as given; None where one is there that it does not replace."""
    statement = (
        insert(tables.partnership)
        .values(id=uuid4(), partner_user_id=user_id, place_id=place_id, **given)
        .on_conflict_do_update(
            index_elements=["partner_user_id", "place_id"], set_=given, where=replaces
        )
        .returning(*PARTNERSHIP_COLUMNS)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else to_partnership(row)


async def read_partnership_of(
    connection: Connection, place_id: UUID, user_id: UUID
) -> Partnership | None:
    """The user's partnership at the place, in whatever state."""
    query = select(*PARTNERSHIP_COLUMNS).where(
        partnership.place_id == place_id, partnership.partner_user_id == user_id
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else to_partnership(row)


async def read_partner_id(connection: Connection, partnership_id: UUID) -> UUID | None:
    """Whose partnership it is."""
    query = select(partnership.partner_user_id).where(partnership.id == partnership_id)
    found: UUID | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def lock_partnership(
    connection: Connection, partnership_id: UUID, actor: Actor
) -> Partnership | None:
    """A partnership that the actor may change (an owner any, whoever is named may end their own).

    Its place is locked first and the partnership read afterwards: two owners who remove each other
    come one after the other, and the second sees what the first did.
    """
    of_it = select(partnership.place_id).where(partnership.id == partnership_id).scalar_subquery()
    await connection.execute(
        select(place.id).where(place.id == of_it).with_for_update(key_share=True)
    )
    own = partnership.partner_user_id == actor.user_id
    query = (
        select(*PARTNERSHIP_COLUMNS)
        .where(
            partnership.id == partnership_id,
            or_(manages(partnership.place_id, actor, OWNERS), own),
        )
        .with_for_update(key_share=True)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else to_partnership(row)


async def owns_place(connection: Connection, place_id: UUID, actor: Actor) -> bool:
    """Whether the actor owns the place."""
    query = select(place.id).where(place.id == place_id, manages(place.id, actor, OWNERS))
    return (await connection.execute(query)).first() is not None


async def is_open(connection: Connection, place_id: UUID) -> bool:
    """Whether the place has not been closed. Exact while it is locked."""
    query = select(place.id).where(place.id == place_id, is_open_place())
    return (await connection.execute(query)).first() is not None


async def update_partnership(
    connection: Connection,
    partnership_id: UUID,
    role: PartnershipRole,
    status: PartnershipStatus,
    *,
    invited_by: UUID | None = None,
    standing_version: int | None = None,
) -> Partnership:
    """The partnership, changed; ``invited_by`` is of invitations only. Lock it first.

    ``standing_version``: of whom is invited anew; None leaves as it is.
    """
    since = partnership.standing_version if standing_version is None else standing_version
    statement = (
        update(tables.partnership)
        .where(partnership.id == partnership_id)
        .values(
            role=role.value,
            is_active=status is PartnershipStatus.ACTIVE,
            is_invited=status is PartnershipStatus.INVITED,
            invited_by=invited_by,
            standing_version=since,
        )
        .returning(*PARTNERSHIP_COLUMNS)
    )
    return to_partnership((await connection.execute(statement)).one())


async def end_invited(connection: Connection, place_id: UUID) -> None:
    """Withdraw all invitations of accounts that nobody answered. Lock the place first."""
    await connection.execute(
        update(tables.partnership)
        .where(partnership.place_id == place_id, partnership.is_invited)
        .values(is_invited=False, invited_by=None)
    )


async def has_owner(connection: Connection, place_id: UUID) -> bool:
    """Whether an owner of the place may act. Exact while the place is locked."""
    query = select(
        exists().where(
            partnership.place_id == place_id,
            partnership.is_active,
            partnership.role == PartnershipRole.OWNER.value,
            not_(is_suspended_account(partnership.partner_user_id)),
        )
    )
    return bool((await connection.execute(query)).scalar_one())
