"""What of a text people do not see, or read as something else. The standard library only.

"Corner\\u200bBakery"                      hides: it looks like another name, and is not it
"\\u202etxt.exe"                           is read from right to left
"Corner  Bakery"                          in_one_form: it looks like "Corner Bakery", and becomes it
"=?utf-8?q?x=0D=0ABcc:…?="                 mail programs decode it: a line break, and a header
"""

import re
import unicodedata
from typing import Final

ENCODED_WORD: Final = "=?"
"""How RFC 2047 begins what stands for other characters, line breaks among them."""
BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction that a line is read in."""
_CONTROLS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by category that show nothing: fillers of Hangul, and Braille without dots."""
_SHOWING_NOTHING: Final = frozenset({"Cc", "Cf", "Cs", "Me", "Mn", "Zl", "Zp", "Zs"})
_FLAG: Final = re.compile("\U0001f3f4[\U000e0020-\U000e007f]+")
"""The flags of Scotland and its kin are spelled in letters that are not seen."""
MOST_MARKS: Final = 8
"""On one letter. Hebrew and Tibetan put up to six; a hundred cover the lines above and below."""
_HIDDEN: Final = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|(?:^|[\0-\u052f\u1e00-\u1fff\u200c\u200d])[\u200c\u200d]|[\u200c\u200d](?:\\s|$)"
    "|(?:^|[a-zA-Z\\s\u00c0-\u052f\u1e00-\u1fff\ufe00-\ufe0f])[\ufe00-\ufe0f]"
)
"""Signs that show nothing (Unicode: Default_Ignorable_Code_Point). Those that join letters, or
choose the form of an emoji, count only where they have nothing to do: in Latin, Greek, Cyrillic."""


def is_unprintable(text: str) -> bool:
    """Whether it has control characters (CR and LF make headers), or halves of surrogate pairs."""
    return any(unicodedata.category(char) in _CONTROLS for char in text)


def is_blank(text: str) -> bool:
    """Whether nothing of the text is to be seen: zero-width space, or marks on no letter."""
    return all(char in _BLANK or unicodedata.category(char) in _SHOWING_NOTHING for char in text)


def deceives(line: str) -> bool:
    """Whether a line reads differently from what it is: control or bidirectional characters."""
    return is_unprintable(line) or not BIDI.isdisjoint(line)


def in_one_form(name: str) -> str:
    """The name as it is kept, so that what looks the same is the same.

    Letters are composed (NFC: é is one character, however it was typed), and between words is one
    plain space. What else is not seen, is to be refused before: a line break is a space here.
    """
    return unicodedata.normalize("NFC", " ".join(name.split()))


def fault_of_form(kept: str, longest: int) -> tuple[str, str] | None:
    """Why a name cannot be kept in its one form, which may be longer than what was typed.

    Code and message: a few letters of India are composed of two.
    """
    if len(kept) > longest:
        return "TOO_LONG", f"At most {longest} characters."
    if _piles_marks(kept):
        return "TOO_MANY_MARKS", f"At most {MOST_MARKS} marks on one letter."
    return None


def _piles_marks(name: str) -> bool:
    """Whether so many marks stand on one letter that they cover other lines."""
    on_letter = 0
    for char in name:
        on_letter = on_letter + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if on_letter > MOST_MARKS:
            return True
    return False


def hides(name: str) -> bool:
    """Whether a name holds what is not seen, so that it looks like another and is not it."""
    return _HIDDEN.search(_FLAG.sub("", name)) is not None
