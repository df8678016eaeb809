"""An account."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from auth_service.domain.email import Email
from auth_service.domain.errors import Fault, InvalidInput, OwnRoleFixed
from auth_service.domain.notifications import Notification
from shared.text import deceives, fault_of_form, hides, in_one_form, is_blank


class Role(StrEnum):
    """What an account is for."""

    USER = "user"
    PARTNER = "partner"
    ADMIN = "admin"


class Language(StrEnum):
    """What an account is written to in (ISO 639-1)."""

    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"


LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class User:
    """An account as stored.

    ``token_version`` counts what made earlier refresh tokens worthless: a new password or role,
    signing out everywhere. Below ``least_token_version`` access tokens are worthless, too, which a
    new role alone does not make them. ``standing_version`` counts changes of what other services
    must know (role, verified, name, suspended, approved, signed out): of two reports of an account
    the one with the higher number is newer.
    ``notifications``: the mails by choice that it wants. ``is_approved`` is False for a partner
    whom an admin has to approve first. Times are aware, UTC.
    """

    id: UUID
    email: Email
    password_hash: str = field(repr=False)
    role: Role
    is_verified: bool
    display_name: str | None
    language: Language
    notifications: frozenset[Notification]
    token_version: int
    least_token_version: int
    standing_version: int
    suspended_at: datetime | None
    suspension_reason: str | None
    is_approved: bool
    created_at: datetime
    updated_at: datetime

    @property
    def is_suspended(self) -> bool:
        """Whether an admin suspended it: nobody may sign in to it."""
        return self.suspended_at is not None

    def with_role(self, role: Role, *, by: UUID) -> "User":
        """The account after an admin gave it ``role``; its sessions end if that is a change.

        Raises ``OwnRoleFixed``. That an admin is left is for the database to see.
        """
        if by == self.id:
            raise OwnRoleFixed
        if role is self.role:
            return self
        return replace(self, role=role, token_version=self.token_version + 1)


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account about to be made."""

    id: UUID
    email: Email
    password_hash: str = field(repr=False)
    role: Role = Role.USER
    is_verified: bool = False
    display_name: str | None = None
    language: Language = Language.ENGLISH
    is_approved: bool = True


def read_name(text: str | None) -> str | None:
    """A display name in one form; None for none. Raises ``InvalidInput``."""
    if text is None:
        return None
    name = text.strip()
    if is_blank(name):
        raise _bad_name("TOO_SHORT", "Leave the name out, or give one.")
    if len(name) > LONGEST_NAME:
        raise _bad_name("TOO_LONG", f"At most {LONGEST_NAME} characters.")
    if deceives(name):
        raise _bad_name("UNPRINTABLE", "Control characters are not allowed.")
    if hides(name):
        raise _bad_name("UNPRINTABLE", "Characters that are not seen are not allowed.")
    kept = in_one_form(name)
    fault = fault_of_form(kept, LONGEST_NAME)
    if fault is not None:
        raise _bad_name(*fault)
    return kept


def _bad_name(code: str, message: str) -> InvalidInput:
    return InvalidInput(faults=[Fault("displayName", code, message)])


def preferred_language(accept_language: str | None) -> Language:
    """The first of our languages that an ``Accept-Language`` header asks for, else English.

    RFC 9110 section 12.5.4, by weight; a weight that is none counts as nothing.
    """
    wanted: list[tuple[float, int, str]] = []
    for position, part in enumerate((accept_language or "")[:500].split(",")):
        tag, _, parameter = part.partition(";")
        weight = _weight(parameter)
        if weight > 0:
            wanted.append((-weight, position, tag.strip().lower().partition("-")[0]))
    known = {language.value: language for language in Language}
    found = (known[tag] for _, _, tag in sorted(wanted) if tag in known)
    return next(found, Language.ENGLISH)


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return min(1.0, float(value)) if name.strip().lower() == "q" else 1.0
    except ValueError:
        return 0.0
