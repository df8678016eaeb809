"""All letters by name: which facts stand in them, and which are sent by choice.

Facts are text, whole numbers or nothing. Moments are ISO 8601 with an offset, amounts decimal text
with as many decimals as their currency has (ISO 4217); the letter puts both into its language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from auth_service.domain.notifications import Notification

_BY_PARTNERS: Final = frozenset({"offer", "place", "address", "newAddress", "inviter"})


@dataclass(frozen=True, slots=True)
class LetterKind:
    """``facts`` must be given; ``optional`` ones may be missing, and their lines then are, too.

    ``choice``: what the reader may have declined; None for letters that always go. With one of
    ``grave``, such as an allergen, the letter goes all the same.
    """

    facts: frozenset[str]
    optional: frozenset[str] = frozenset()
    choice: Notification | None = None
    grave: frozenset[str] = frozenset()

    @property
    def by_others(self) -> frozenset[str]:
        """The facts that are the words of neither its reader nor ours.

        A reason is ours, an admin's, unless the letter is about a reservation.
        """
        given = self.facts | self.optional
        return given & (_BY_PARTNERS | {"reason"} if "quantity" in given else _BY_PARTNERS)

    def choice_with(self, given: Mapping[str, object]) -> Notification | None:
        """What the reader may have declined of a letter with these facts; None: it goes."""
        return None if any(given.get(name) for name in self.grave) else self.choice

    def missing(self, given: Iterable[str]) -> frozenset[str]:
        """The facts without which the letter cannot be written."""
        return self.facts.difference(given)


def _kind(
    facts: str, optional: str = "", choice: Notification | None = None, grave: str = ""
) -> LetterKind:
    given = (frozenset(names.split()) for names in (facts, optional, grave))
    needed, missable, weighty = given
    return LetterKind(needed, missable, choice, weighty)


_RESERVATION = "quantity offer place address pickupStart pickupEnd timeZone"

LETTERS: Final[Mapping[str, LetterKind]] = {
    # accounts
    "verify_email": _kind("url token"),
    "reset_password": _kind("url token"),
    "change_email": _kind("url token"),
    "email_changed": _kind("newEmail"),
    "password_changed": _kind("changedAt"),
    "role_changed": _kind("role"),
    "account_deleted": _kind(""),
    "account_suspended": _kind("reason"),
    "account_restored": _kind("", "reason"),
    "partner_begun": _kind(""),
    "partner_pending": _kind(""),
    "partner_approved": _kind(""),
    "partner_rejected": _kind("reason"),
    # customers
    "reservation_made": _kind(
        f"{_RESERVATION} pickupCode total currency", choice=Notification.RESERVED
    ),
    "reservation_changed": _kind(
        _RESERVATION,
        "addedAllergens newAddress reason",
        Notification.RESERVATION_CHANGED,
        grave="addedAllergens",
    ),
    "reservation_cancelled": _kind(_RESERVATION, "reason"),
    "reservation_unattended": _kind(_RESERVATION),
    "place_closed": _kind(_RESERVATION, "reason"),
    "place_shut": _kind(_RESERVATION, "hours reason"),
    "pickup_tomorrow": _kind(f"{_RESERVATION} pickupCode", choice=Notification.PICKUP_TOMORROW),
    "pickup_soon": _kind(f"{_RESERVATION} pickupCode", choice=Notification.PICKUP_SOON),
    # partners
    "partnership_offered": _kind("place address role"),
    "partnership_changed": _kind("place address role"),
    "partnership_ended": _kind("place address"),
    "workplace_closed": _kind("place address", "reason"),
    "partner_invited": _kind("place address role url", "inviter expiresAt"),
    "changed_by_admin": _kind("place what", "offer reason"),
    "offer_taken_down": _kind("offer place reason"),
    "offer_restored": _kind("offer place", "reason"),
    "place_taken_down": _kind("place address reason"),
    "place_restored": _kind("place address", "reason"),
}
