"""Links to exports: good for minutes, for whoever holds them, for what they were made for.

A browser follows a link without an Authorization header, so the link itself is the credential.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from shared.link_signatures import SIGNATURE, LinkSignatures

GOOD_FOR: Final = timedelta(minutes=5)
PATH: Final = "/exports/stats.csv"
MOST_PLACES: Final = 200


class LinkRefused(Exception):
    """Not a link of ours, or no longer good."""


@dataclass(frozen=True, slots=True)
class StatsExport:
    """What a link is good for; what its holder may see is asked again when it is followed.

    ``token_version``: that of the token it was made with; signed out with it, it is good no more.
    """

    user_id: UUID
    is_admin: bool
    place_ids: tuple[UUID, ...]
    first: date
    last: date
    token_version: int | None = None


class ExportLinks:
    """Makes and reads links. ``secrets``: the first signs, all are accepted."""

    def __init__(self, base_url: str, secrets: Sequence[bytes]) -> None:
        self._base_url = base_url.rstrip("/")
        self._signatures = LinkSignatures(secrets, b"export links")

    def make(self, export: StatsExport, now: datetime) -> tuple[str, datetime]:
        """The link, and when it stops working."""
        expires = now + GOOD_FOR
        given = {
            "user": str(export.user_id),
            "admin": str(int(export.is_admin)),
            "places": ",".join(map(str, export.place_ids)),
            "from": export.first.isoformat(),
            "to": export.last.isoformat(),
            "session": "" if export.token_version is None else str(export.token_version),
            "expires": str(int(expires.timestamp())),
        }
        return f"{self._base_url}{PATH}?{self._signatures.signed(given)}", expires

    def read(self, query: Mapping[str, str], now: datetime) -> StatsExport:
        """What the link is good for. Raises ``LinkRefused``."""
        given = {name: value for name, value in query.items() if name != SIGNATURE}
        if not self._signatures.are_ours(given, query.get(SIGNATURE, "")):
            raise LinkRefused
        if datetime.fromtimestamp(int(given["expires"]), UTC) <= now:
            raise LinkRefused
        session = given.get("session", "")
        return StatsExport(
            user_id=UUID(given["user"]),
            is_admin=given["admin"] == "1",
            place_ids=tuple(UUID(each) for each in given["places"].split(",")),
            first=date.fromisoformat(given["from"]),
            last=date.fromisoformat(given["to"]),
            token_version=int(session) if session else None,
        )
