"""An email address: as its owner typed it, and in the one form that makes it unique."""

import unicodedata
from dataclasses import dataclass

from auth_service.domain.errors import Fault, InvalidEmail
from shared.text import is_unprintable

MAX_CHARACTERS = 254  # RFC 5321 section 4.5.3.1.3, as errata 1690 corrects it


@dataclass(frozen=True, slots=True)
class Email:
    """``typed`` is shown and written to; ``canonical`` decides whether two addresses are one.

    Case, Unicode composition, full-width letters and the spelling of an international domain make
    no difference to ``canonical``.
    """

    typed: str
    canonical: str

    def __post_init__(self) -> None:
        for form in (self.typed, self.canonical):
            if "@" not in form or len(form) > MAX_CHARACTERS or is_unprintable(form):
                raise invalid_email()

    @classmethod
    def of(cls, typed: str, local_part: str, ascii_domain: str) -> "Email":
        """The address whose parts a parser found: the local part, and the domain in ASCII."""
        return cls(typed, f"{fold(local_part)}@{ascii_domain.lower()}")


def fold(text: str) -> str:
    """Compatibility composition and case folding, so often that doing it again changes nothing."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def invalid_email(argument: str = "email") -> InvalidEmail:
    """The error, naming the argument that the address came in."""
    return InvalidEmail(faults=[Fault(argument, "INVALID_EMAIL", InvalidEmail.default_message)])
