"""Links for uploading one picture to one place: good for minutes, once, for whoever holds them."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from catalog_service.domain.images import PATH

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
        self._keys = [hmac.digest(key, b"image uploads", "sha256") for key in keys]

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
        signed = {**given, "signature": _signature(self._keys[0], given)}
        return f"{self._base_url}{UPLOADS}?{urlencode(signed)}", expires

    def read(self, query: Mapping[str, str], now: datetime) -> Upload:
        """What the link is good for. Raises ``UploadRefused``."""
        given = {name: value for name, value in query.items() if name != "signature"}
        sent = query.get("signature", "").encode("utf-8", "replace")
        good = [hmac.compare_digest(_signature(key, given).encode(), sent) for key in self._keys]
        if not any(good) or datetime.fromtimestamp(int(given["expires"]), UTC) <= now:
            raise UploadRefused
        session = given.get("session", "")
        return Upload(
            UUID(given["user"]),
            given["admin"] == "1",
            UUID(given["place"]),
            given["nonce"],
            int(session) if session else None,
        )


def _signature(key: bytes, given: Mapping[str, str]) -> str:
    text = urlencode(sorted(given.items()))
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
