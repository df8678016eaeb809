"""Finding accounts, as admins do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from auth_service.domain.errors import Fault, InvalidInput
from auth_service.domain.user import Role

LONGEST_SEARCH: Final = 200


class AccountState(StrEnum):
    """How an account stands with the admins."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    PENDING = "PENDING"


@dataclass(frozen=True, slots=True)
class AccountSearch:
    """Which accounts to find; None leaves open. ``text``: words of address or name, each a part."""

    text: str | None = None
    role: Role | None = None
    state: AccountState | None = None


def check_search(search: AccountSearch) -> None:
    """Raise ``InvalidInput`` for a text that nobody types."""
    text = search.text or ""
    if len(text) > LONGEST_SEARCH:
        fault = Fault("search", "TOO_LONG", f"At most {LONGEST_SEARCH} characters.")
        raise InvalidInput(faults=[fault])
    if "\0" in text:
        fault = Fault("search", "UNPRINTABLE", "Control characters are not allowed.")
        raise InvalidInput(faults=[fault])
