"""Text that people read: names, and what admins write to them."""

import re
import unicodedata
from typing import Final

from auth_service.domain.email import unprintable
from auth_service.domain.errors import Fault, InvalidInput

LONGEST_REASON: Final = 500
_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by category that show nothing: fillers of Hangul, and Braille without dots."""
_SHOWING_NOTHING: Final = frozenset({"Cc", "Cf", "Cs", "Me", "Mn", "Zl", "Zp", "Zs"})
_FLAG: Final = re.compile("\U0001f3f4[\U000e0020-\U000e007f]+")
"""The flags of Scotland and its kin are spelled in letters that are not seen."""
_HIDDEN: Final = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|(?:^|[\0-\u052f\u1e00-\u1fff\u200c\u200d])[\u200c\u200d]|[\u200c\u200d](?:\\s|$)"
    "|(?:^|[a-zA-Z\\s\u00c0-\u052f\u1e00-\u1fff\ufe00-\ufe0f])[\ufe00-\ufe0f]"
)
"""Signs that show nothing (Unicode: Default_Ignorable_Code_Point). Those that join letters, or
choose the form of an emoji, count only where they have nothing to do: in Latin, Greek, Cyrillic."""


def is_blank(text: str) -> bool:
    """Whether nothing of the text is to be seen: zero-width space, or marks on no letter."""
    return all(char in _BLANK or unicodedata.category(char) in _SHOWING_NOTHING for char in text)


def deceives(line: str) -> bool:
    """Whether a line reads differently from what it is: control or bidirectional characters."""
    return unprintable(line) or any(char in _BIDI for char in line)


def hides(name: str) -> bool:
    """Whether a name holds what is not seen, so that it looks like another and is not it."""
    return _HIDDEN.search(_FLAG.sub("", name)) is not None


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
