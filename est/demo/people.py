"""The demo accounts. Their ids follow from their addresses, so that a reload meets them again."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

PASSWORD = "Fresh-Food-2026"  # noqa: S105 -- printed for everyone, loaded with ENV=dev only
_NAMESPACE = UUID("6f1b7c52-5f0e-4d0c-9a55-8f0d1c1f3e42")


@dataclass(frozen=True, slots=True)
class Person:
    """One demo account."""

    email: str
    role: str

    @property
    def name(self) -> str:
        """What the account's owner is called: Ana of ana@demo.example."""
        return self.email.partition("@")[0].capitalize()

    @property
    def id(self) -> UUID:
        """The account's id."""
        return uuid5(_NAMESPACE, self.email)


ADMIN = Person("admin@demo.example", "admin")
PARTNERS = tuple(
    Person(f"{name}@demo.example", "partner") for name in ("baker", "grocer", "chef", "florist")
)
CUSTOMERS = tuple(Person(f"{name}@demo.example", "user") for name in ("ana", "ben", "chloe"))
EVERYONE = (ADMIN, *PARTNERS, *CUSTOMERS)
