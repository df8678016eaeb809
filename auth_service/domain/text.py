"""What admins write to people."""

from typing import Final

from auth_service.domain.errors import Fault, InvalidInput
from shared.text import deceives, is_blank

LONGEST_REASON: Final = 500


def read_reason(text: str) -> str:
    """Why something is done, trimmed, 1 to 500 characters. Raises ``InvalidInput``."""
    reason = text.strip()
    if is_blank(reason):
        raise _bad("TOO_SHORT", "Say why.")
    if len(reason) > LONGEST_REASON:
        raise _bad("TOO_LONG", f"At most {LONGEST_REASON} characters.")
    if deceives(" ".join(reason.split())):
        raise _bad("UNPRINTABLE", "Control characters are not allowed.")
    return reason


def _bad(code: str, message: str) -> InvalidInput:
    return InvalidInput(faults=[Fault("reason", code, message)])
