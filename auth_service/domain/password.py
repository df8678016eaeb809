"""Passwords: what a new one needs, and what can be one at all."""

import unicodedata
from dataclasses import dataclass, field

from auth_service.domain.errors import Fault, WeakPassword

MIN_CHARACTERS = 8
MAX_BYTES = 72  # bcrypt reads no further; cutting silently would make two passwords one
_LONGEST_TYPED = 4 * MAX_BYTES  # of more characters no composing makes so few bytes


@dataclass(frozen=True, slots=True)
class Password:
    """A password that bcrypt can take whole. Its text stays out of ``repr``.

    ``text`` is composed (NFC, as RFC 8265 has it): one system's keyboard writes ü as one character,
    another's as u and two dots. ``typed``: as it came, where that is another.
    """

    text: str = field(repr=False)
    typed: str | None = field(default=None, repr=False)

    @classmethod
    def chosen(cls, text: str, argument: str = "password") -> "Password":
        """A new password: at least 8 characters with upper case, lower case and digit.

        Raises ``WeakPassword`` naming every rule it breaks; ``argument`` is where it came from.
        """
        composed = _composed(text)
        faults = [Fault(argument, code, message) for code, message in weaknesses(composed)]
        if faults:
            raise WeakPassword(faults=faults)
        return cls(composed)

    @classmethod
    def attempted(cls, text: str, argument: str = "password") -> "Password":
        """A password someone signs in with: only what no password can be is refused.

        Raises ``WeakPassword``; it depends on the text alone and so tells nothing of the account.
        """
        forms = dict.fromkeys((_composed(text), text))
        possible = [form for form in forms if not impossibilities(form)]
        if not possible:
            found = impossibilities(text)
            raise WeakPassword(faults=[Fault(argument, code, message) for code, message in found])
        return cls(*possible)

    def encoded(self) -> bytes:
        """The bytes to hash."""
        return self.text.encode()

    def forms(self) -> tuple[bytes, ...]:
        """What may have been hashed: passwords from before were kept as they were typed."""
        return (self.encoded(),) if self.typed is None else (self.encoded(), self.typed.encode())


def _composed(text: str) -> str:
    """The text in NFC; what is far too long in any form is left as it is."""
    return text if len(text) > _LONGEST_TYPED else unicodedata.normalize("NFC", text)


def weaknesses(text: str) -> list[tuple[str, str]]:
    """Every rule of new passwords that ``text`` breaks: code and sentence."""
    used = set(text)  # of half a megabyte each letter is looked at once
    rules = [
        (len(text) >= MIN_CHARACTERS, "TOO_SHORT", "The password needs at least 8 characters."),
        (any(map(str.isupper, used)), "NO_UPPER_CASE", "The password needs an upper-case letter."),
        (any(map(str.islower, used)), "NO_LOWER_CASE", "The password needs a lower-case letter."),
        (any(map(str.isdigit, used)), "NO_DIGIT", "The password needs a digit."),
    ]
    return [(code, message) for holds, code, message in rules if not holds] + impossibilities(text)


def impossibilities(text: str) -> list[tuple[str, str]]:
    """Why ``text`` can be nobody's password."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return [("NOT_TEXT", "The password holds characters that are not text.")]
    found: list[tuple[str, str]] = []
    if size > MAX_BYTES:
        found.append(("TOO_LONG", "The password may have at most 72 bytes."))
    if "\0" in text:
        found.append(("NOT_TEXT", "The password holds characters that are not text."))
    return found
