"""Reading email addresses: what a person types, parsed and normalised."""

import unicodedata

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from auth_service.domain.email import MAX_CHARACTERS, Email, invalid_email
from auth_service.domain.errors import InvalidEmail
from shared.text import ENCODED_WORD, is_unprintable

RESERVED_FOR_TESTS = True  # a@x.test is an address: what exists is for the mail server to say


def read_email(text: str, argument: str = "email") -> Email:
    """The address in ``text``; ``argument`` is where it came from. Raises ``InvalidEmail``.

    Compatibility forms (full-width letters and signs) are read as what they stand for. Nothing is
    looked up: whether mail arrives is what verification is for.
    """
    typed = text.strip()
    if len(typed) > MAX_CHARACTERS or is_unprintable(typed):
        raise invalid_email(argument)
    plain = unicodedata.normalize("NFKC", typed)
    if ENCODED_WORD in plain:  # mail programs, and Python's, read another address in it
        raise invalid_email(argument)
    try:
        parsed = _parse(plain)
        return Email.of(plain, parsed.local_part, parsed.ascii_domain)
    except (EmailNotValidError, InvalidEmail):
        raise invalid_email(argument) from None


def deliverable(email: Email) -> str:
    """The address to write to: its local part as typed, its domain in ASCII where it can be."""
    parsed = _parse(email.typed)
    return parsed.ascii_email or f"{parsed.local_part}@{parsed.ascii_domain}"


def _parse(text: str) -> ValidatedEmail:
    return validate_email(
        text, check_deliverability=False, strict=True, test_environment=RESERVED_FOR_TESTS
    )
