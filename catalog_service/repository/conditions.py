"""Who may see or manage what, as conditions that stand in each statement's own WHERE."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    exists,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
)

from catalog_service.domain.actors import Actor, Role
from catalog_service.domain.places import ALL_PARTNERS, OWNERS, PartnershipRole
from catalog_service.models import tables
from catalog_service.repository.rows import offer, partnership, place, reservation

# Written as text: a bound parameter would keep the planner from the partial indexes.
IS_ACTIVE: ColumnElement[bool] = literal_column("offers.status = 'active'")
IS_PRESENT: ColumnElement[bool] = literal_column("offers.deleted_at IS NULL")
MINE = tables.partnership.alias("mine").c
STANDING = tables.standing.alias("known").c
ERASED = tables.erased_user.alias("gone").c
# A window lasts at most 48 hours, so the second line changes nothing but lets the index on
# pickup_start skip everything that ended long ago.
NOT_ENDED = and_(
    offer.pickup_end > func.now(),
    offer.pickup_start > func.now() - text("interval '48 hours'"),
)


def among(column: ColumnElement[UUID], ids: Iterable[UUID]) -> ColumnElement[bool]:
    """Whether the column holds one of the ids. One parameter, however many they are, so that the
    statement's text stays the same and is prepared once."""
    return column == any_(literal(list(ids), ARRAY(Uuid())))


def named(column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """Whether the column holds one of the values; one parameter, likewise."""
    return column == any_(literal(list(values), ARRAY(Text)))


def manages(
    place_id: ColumnElement[UUID],
    actor: Actor,
    roles: tuple[PartnershipRole, ...] = ALL_PARTNERS,
) -> ColumnElement[bool]:
    """Whether the actor holds one of ``roles`` at the place; admins do all."""
    if actor.is_admin:
        return is_still_admin(actor)
    if not actor.is_partner or actor.user_id is None:
        return false()
    held = exists().where(
        MINE.place_id == place_id, MINE.partner_user_id == actor.user_id, MINE.is_active
    )
    if roles != ALL_PARTNERS:
        held = held.where(named(MINE.role, [role.value for role in roles]))
    return and_(held, is_welcome(actor))


def own_places(actor: Actor) -> Select[Any]:
    """Where a partner works: the same as a list, for what is read place by place."""
    return select(MINE.place_id).where(
        MINE.partner_user_id == actor.user_id, MINE.is_active, is_welcome(actor)
    )


def is_still_admin(actor: Actor) -> ColumnElement[bool]:
    """Whether nothing newer than the actor's token says otherwise, and it was not signed out.

    No column of the query stands in it: PostgreSQL asks once a statement, not once a row. Partners
    need no such look: their partnerships end with their role. What was told of an account is
    forgotten with it, so that it was erased is asked for by itself.
    """
    told_otherwise = exists().where(
        STANDING.user_id == actor.user_id,
        or_(
            and_(
                STANDING.version > actor.version,
                or_(STANDING.role != Role.ADMIN.value, STANDING.is_suspended),
            ),
            _is_signed_out(actor),
        ),
    )
    return and_(not_(exists().where(ERASED.user_id == actor.user_id)), not_(told_otherwise))


def is_suspended_account(user_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether the account in the column is suspended, as far as was told."""
    return exists().where(STANDING.user_id == user_id, STANDING.is_suspended)


def is_welcome(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor's account is not suspended, nor the token signed out.

    Asked once a statement, as above.
    """
    return not_(exists().where(STANDING.user_id == actor.user_id, _is_unwelcome(actor)))


def _is_unwelcome(actor: Actor) -> ColumnElement[bool]:
    return or_(STANDING.is_suspended, _is_signed_out(actor))


def _is_signed_out(actor: Actor) -> ColumnElement[bool]:
    if actor.token_version is None:
        return false()
    return STANDING.least_token_version > actor.token_version


def may_read_offer(actor: Actor) -> ColumnElement[bool]:
    """Published offers are everyone's; the rest is for the place, and for who reserved it."""
    readable = [and_(IS_PRESENT, or_(IS_ACTIVE, manages(offer.place_id, actor)))]
    if actor.user_id is not None:
        readable.append(
            and_(
                exists().where(
                    reservation.offer_id == offer.id, reservation.user_id == actor.user_id
                ),
                is_welcome(actor),
            )
        )
    return or_(*readable)


def may_read_reservation(actor: Actor) -> ColumnElement[bool]:
    """The customer's own, and the place's."""
    if actor.user_id is None:
        return false()
    own = and_(reservation.user_id == actor.user_id, is_welcome(actor))
    return or_(own, manages(reservation.place_id, actor))


def owns_reservation(actor: Actor) -> ColumnElement[bool]:
    """The customer's own; admins do all."""
    if actor.is_admin:
        return is_still_admin(actor)
    if actor.user_id is None:
        return false()
    return and_(reservation.user_id == actor.user_id, is_welcome(actor))


def may_read_partnership(actor: Actor) -> ColumnElement[bool]:
    """Active ones are public; the rest is for the partner and the place's owners."""
    readable: list[ColumnElement[bool]] = [partnership.is_active]
    if actor.user_id is not None:
        readable.append(and_(partnership.partner_user_id == actor.user_id, is_welcome(actor)))
    readable.append(manages(partnership.place_id, actor, OWNERS))
    return or_(*readable)


def may_invite(place_id: ColumnElement[UUID], user_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether the account may invite into the place: as an owner of it by now, or an admin.

    As everywhere, one that nothing was told of stands as its token said: it invited, and no owner,
    as an admin.
    """
    works_there = exists().where(MINE.place_id == place_id, MINE.partner_user_id == user_id)
    is_owner = works_there.where(MINE.is_active, MINE.role == PartnershipRole.OWNER.value)
    is_told_of = exists().where(STANDING.user_id == user_id)
    is_admin = is_told_of.where(STANDING.role == Role.ADMIN.value)
    acts = and_(user_id.is_not(None), not_(is_suspended_account(user_id)))
    return and_(acts, or_(is_owner, is_admin, not_(or_(is_told_of, works_there))))


def is_no_void_invitation() -> ColumnElement[bool]:
    """Whether a partnership, if it is an invitation, can be accepted. Who made old ones nobody
    knows."""
    into_open = exists().where(place.id == partnership.place_id, is_open_place())
    by_whom = or_(
        partnership.invited_by.is_(None),
        may_invite(partnership.place_id, partnership.invited_by),
    )
    return or_(partnership.is_invited.is_(False), and_(into_open, by_whom))


def is_withheld_offer() -> ColumnElement[bool]:
    """Whether an admin took the offer or its place down, or no owner of that may act."""
    place_is_down = exists().where(place.id == offer.place_id, place.taken_down_at.is_not(None))
    has_owner = exists().where(
        MINE.place_id == offer.place_id,
        MINE.is_active,
        MINE.role == PartnershipRole.OWNER.value,
        not_(is_suspended_account(MINE.partner_user_id)),
    )
    return or_(offer.taken_down_at.is_not(None), place_is_down, not_(has_owner))


def is_open_place() -> ColumnElement[bool]:
    """Whether the place has not been closed."""
    return place.closed_at.is_(None)
