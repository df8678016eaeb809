"""Text that people read: names, and what admins write to them."""

import unicodedata
from typing import Final

from auth_service.domain.email import unprintable
from auth_service.domain.errors import Fault, InvalidInput

LONGEST_REASON: Final = 500
_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by category that show nothing: fillers of Hangul, and Braille without dots."""
_SHOWING_NOTHING: Final = frozenset({"Cc", "Cf", "Cs", "Me", "Mn", "Zl", "Zp", "Zs"})


def is_blank(text: str) -> bool:
    """Whether nothing of the text is to be seen: zero-width space, or marks on no letter."""
    return all(char in _BLANK or unicodedata.category(char) in _SHOWING_NOTHING for char in text)


def deceives(line: str) -> bool:
    """Whether a line reads differently from what it is: control or bidirectional characters."""
    return unprintable(line) or any(char in _BIDI for char in line)


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
