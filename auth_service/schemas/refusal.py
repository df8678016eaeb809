"""What is said to who believes to be signed in, and is nobody by now."""

from typing import Final

from auth_service.domain.viewer import Over, Viewer
from shared.errors import Unauthenticated

_MESSAGES: Final = {
    Over.SUSPENDED: "This account is suspended.",
    Over.REVOKED: "Sign in again.",
}


def refusal_of(viewer: Viewer) -> Unauthenticated | None:
    """What stands in place of what is not shown; None for others, to whom it is null."""
    if viewer.over is None:
        return None
    return Unauthenticated(_MESSAGES[viewer.over], reason=viewer.over)
