"""What can go wrong by the catalog's own rules, as facts with stable codes.

::

    CatalogError
    ├── InvalidInput     BAD_USER_INPUT, names every fault found
    ├── SoldOut          SOLD_OUT, with what is left
    ├── OfferClosed      OFFER_CLOSED
    ├── PriceChanged     PRICE_CHANGED, with the price of now
    ├── LimitReached     LIMIT_REACHED, as much as one customer may hold
    └── StateForbids     CONFLICT, the present state forbids the change

Clients read ``code``, ``str()`` and ``extensions()``. Refusals that are not about food (not signed
in, not found, too many attempts) are the shared ones.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Violation:
    """One fault in the input: where (argument and field names), a stable code, and a sentence.

    ``against``: the field that it holds against, if it is between two.
    """

    path: tuple[str | int, ...]
    code: str
    message: str
    against: str | None = None

    def is_between(self, names: Collection[str]) -> bool:
        """Whether only fields of the input that are named are at fault."""
        return len(self.path) > 1 and {self.path[1], self.against or self.path[1]} <= set(names)


class CatalogError(Exception):
    """The root of what the catalog tells its callers."""

    code: ClassVar[str] = "INTERNAL"
    default_message: ClassVar[str] = "The request failed."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.default_message)

    def extensions(self) -> Mapping[str, Any]:
        """What stands beside ``code`` in the error's extensions."""
        return {}


class InvalidInput(CatalogError):
    """The input breaks a rule; every fault is listed, so a form can mark them all at once."""

    code: ClassVar[str] = "BAD_USER_INPUT"

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__(_sentences(self.violations))

    @classmethod
    def at(cls, *path: str | int, code: str, message: str) -> "InvalidInput":
        """The error of a single fault."""
        return cls([Violation(path, code, message)])

    def extensions(self) -> Mapping[str, Any]:
        """The violations, as clients read them."""
        return {
            "violations": [
                {"path": list(fault.path), "code": fault.code, "message": fault.message}
                for fault in self.violations
            ]
        }


class SoldOut(CatalogError):
    """Fewer portions are left than were asked for."""

    code: ClassVar[str] = "SOLD_OUT"
    default_message: ClassVar[str] = "Not enough portions are left."

    def __init__(self, left: int | None = None) -> None:
        super().__init__(f"Only {portions(left)} left." if left else None)
        self.left = left

    def extensions(self) -> Mapping[str, Any]:
        """How many are left, where that is known."""
        return {} if self.left is None else {"quantityAvailable": self.left}


class OfferClosed(CatalogError):
    """The offer takes no reservations: paused, cancelled or over."""

    code: ClassVar[str] = "OFFER_CLOSED"
    default_message: ClassVar[str] = "This offer takes no reservations."


class PriceChanged(CatalogError):
    """The price is not the one that the customer saw."""

    code: ClassVar[str] = "PRICE_CHANGED"
    default_message: ClassVar[str] = "The price has changed."

    def __init__(self, amount: str, currency: str) -> None:
        super().__init__()
        self.price = {"amount": amount, "currency": currency}

    def extensions(self) -> Mapping[str, Any]:
        """The price of now."""
        return {"price": self.price}


class LimitReached(CatalogError):
    """It is more than one customer may hold. ``limit`` names what is limited."""

    code: ClassVar[str] = "LIMIT_REACHED"

    def __init__(self, message: str, limit: str, maximum: int) -> None:
        super().__init__(message)
        self.limit = limit
        self.maximum = maximum

    def extensions(self) -> Mapping[str, Any]:
        """What is limited, and to how much."""
        return {"limit": self.limit, "maximum": self.maximum}


class StateForbids(CatalogError):
    """The present state forbids the change; ``details`` say what would be accepted."""

    code: ClassVar[str] = "CONFLICT"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.details = details

    def extensions(self) -> Mapping[str, Any]:
        """The details, under their own names."""
        return self.details


def portions(count: int) -> str:
    """As said in messages: 1 portion, 2 portions."""
    return f"{count} portion" if count == 1 else f"{count} portions"


def _sentences(faults: Sequence[Violation]) -> str:
    """One fault is a sentence; several each say where: "title: At least one character." """
    if len(faults) == 1:
        return faults[0].message
    return " ".join(f"{_where(fault.path)}: {fault.message}" for fault in faults)


def _where(path: tuple[str | int, ...]) -> str:
    names = path[1:] if path[:1] == ("input",) else path
    return ".".join(str(step) for step in names)
