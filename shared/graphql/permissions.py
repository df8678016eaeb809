"""Who may go on. Resolvers call these first; each returns what it proved.

A field that shows less to some (null instead of an error) calls ``require_judged`` and asks
``caller.user_id`` itself.
"""

from dataclasses import dataclass
from uuid import UUID

from shared.errors import EmailNotVerified, Forbidden, Unauthenticated, Unavailable
from shared.tokens import Caller


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A caller with a verified token: the id is there, not perhaps."""

    user_id: UUID
    roles: frozenset[str]
    email_verified: bool

    def has_role(self, *roles: str) -> bool:
        """Whether the caller has at least one of ``roles``."""
        return not self.roles.isdisjoint(roles)


def require_user(caller: Caller, *roles: str, verified: bool = False) -> SignedIn:
    """The signed-in caller.

    Raises ``Unavailable`` for a token that cannot be judged, ``Unauthenticated`` for nobody,
    ``Forbidden`` without one of ``roles`` (none: any role will do), ``EmailNotVerified`` if
    ``verified`` is asked and the token does not say so.
    """
    require_judged(caller)
    user_id = caller.user_id
    if user_id is None:
        raise Unauthenticated
    if roles and not caller.has_role(*roles):
        raise Forbidden
    if verified and not caller.email_verified:
        raise EmailNotVerified
    return SignedIn(user_id, caller.roles, caller.email_verified)


def require_judged(caller: Caller) -> None:
    """Go on unless it is unknown who asks; needed wherever nobody gets less than somebody.

    Raises ``Unavailable`` for a token that cannot be judged at the moment.
    """
    if not caller.is_judged:
        raise Unavailable("Your access token cannot be verified at the moment. Try again.")
