"""What is said to who believes to be signed in, and is nobody by now."""

from typing import Final

from auth_service.domain.viewer import Over, Viewer
from shared.errors import Unauthenticated

_MESSAGES: Final = {
    Over.DELETED: "This account was deleted.",
    Over.SUSPENDED: "This account is suspended.",
    Over.REVOKED: "Sign in again.",
}


def refusal_of(viewer: Viewer) -> Unauthenticated | None:
    """What stands in place of what is not shown; None for others, to whom it is null."""
    if viewer.over is None:
        return None
    return refusal_for(viewer.over)


def refusal_for(over: Over) -> Unauthenticated:
    """The same words for reads and writes, and the reasons that the catalog gives as well."""
    return Unauthenticated(_MESSAGES[over], reason=over.value)
