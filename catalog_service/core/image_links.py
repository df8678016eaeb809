"""Links for uploading one picture to one place: good for minutes, once, for whoever holds them."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from catalog_service.domain.images import PATH
from shared.link_signatures import SIGNATURE, LinkSignatures

GOOD_FOR: Final = timedelta(minutes=10)
UPLOADS: Final = "/images/uploads"


class UploadRefused(Exception):
    """Not a link of ours, or no longer good."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What a link is good for. ``nonce``: by which it is known again.

    ``token_version``: that of the token it was made with; signed out with it, it is good no more.
    """

    user_id: UUID
    is_admin: bool
    place_id: UUID
    nonce: str
    token_version: int | None = None


class ImageLinks:
    """Makes and reads links, and knows where browsers reach pictures.

    ``keys``: the first signs, all are accepted.
    """

    def __init__(self, base_url: str, keys: Sequence[bytes]) -> None:
        self._base_url = base_url.rstrip("/")
        self._signatures = LinkSignatures(keys, b"image uploads")

    def absolute(self, urls: Sequence[str]) -> list[str]:
        """Addresses as clients see them; those of pictures kept here begin with our own."""
        return [f"{self._base_url}{url}" if url.startswith(PATH) else url for url in urls]

    def stored(self, urls: Sequence[str]) -> list[str]:
        """Addresses as they are stored: our own without their beginning."""
        own = f"{self._base_url}{PATH}"
        return [f"{PATH}{url.removeprefix(own)}" if url.startswith(own) else url for url in urls]

    def make(
        self,
        user_id: UUID,
        place_id: UUID,
        now: datetime,
        *,
        is_admin: bool,
        token_version: int | None = None,
    ) -> tuple[str, datetime]:
        """The link, and when it stops working."""
        expires = now + GOOD_FOR
        given = {
            "user": str(user_id),
            "admin": str(int(is_admin)),
            "place": str(place_id),
            "nonce": secrets.token_urlsafe(16),
            "session": "" if token_version is None else str(token_version),
            "expires": str(int(expires.timestamp())),
        }
        return f"{self._base_url}{UPLOADS}?{self._signatures.signed(given)}", expires

    def read(self, query: Mapping[str, str], now: datetime) -> Upload:
        """What the link is good for. Raises ``UploadRefused``."""
        given = {name: value for name, value in query.items() if name != SIGNATURE}
        is_ours = self._signatures.are_ours(given, query.get(SIGNATURE, ""))
        if not is_ours or datetime.fromtimestamp(int(given["expires"]), UTC) <= now:
            raise UploadRefused
        session = given.get("session", "")
        return Upload(
            UUID(given["user"]),
            given["admin"] == "1",
            UUID(given["place"]),
            given["nonce"],
            int(session) if session else None,
        )
