"""What is said to who believes to be signed in, and is nobody by now."""

from auth_service.domain.viewer import Viewer
from shared.errors import SessionOver


def refusal_of(viewer: Viewer) -> SessionOver | None:
    """What stands in place of what is not shown; None for others, to whom it is null."""
    return None if viewer.over is None else SessionOver(viewer.over)
