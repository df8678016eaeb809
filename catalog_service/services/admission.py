"""Before anything is written: who the actor is by now."""

from collections.abc import Collection
from uuid import UUID

from catalog_service.domain.actors import Actor, Role, Standing
from catalog_service.repository.standings import hold_standing
from shared.database import Connection
from shared.errors import EmailNotVerified, Forbidden, NotFound, SessionOver, Unauthenticated

NOT_APPROVED = "An admin has not approved this account as a partner yet."


def require_welcome(actor: Actor) -> None:
    """Go on for an actor as known by now.

    Raises ``SessionOver`` for an account that was erased, is suspended, or was signed out.
    """
    if actor.is_erased:
        raise SessionOver("account_deleted")
    if actor.is_suspended:
        raise SessionOver("suspended")
    if actor.is_signed_out:
        raise SessionOver("revoked")


async def admit(
    connection: Connection, actor: Actor, roles: Collection[Role], *, verified: bool
) -> Actor:
    """The actor as the token or, if that is newer, the auth service's last event says.

    The account is held until the transaction ends. An account that nothing was told of stands as
    its token says. Raises ``Unauthenticated`` when it was erased (its access token may live on for
    minutes), suspended or signed out, ``Forbidden`` without one of ``roles`` (none: any role will
    do) or for a partner whom no admin has approved yet, ``EmailNotVerified`` if ``verified`` is
    asked for.
    """
    if actor.user_id is None:
        raise Unauthenticated
    informed = (await hold_standing(connection, actor.user_id)).inform(actor)
    require_welcome(informed)
    if roles and informed.role not in roles:
        raise Forbidden
    if roles and informed.is_partner and not informed.is_approved:
        raise Forbidden(NOT_APPROVED)
    if verified and not informed.email_verified:
        raise EmailNotVerified
    return informed


async def hold_partner(connection: Connection, user_id: UUID) -> Standing:
    """Another account, held. Raises ``NotFound`` when there is none."""
    held = await hold_standing(connection, user_id)
    if held.is_erased or held.standing is None:
        raise NotFound("No such account.")
    return held.standing
