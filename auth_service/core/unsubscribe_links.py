"""Links in mails by which their reader declines such mails, without signing in.

A mail program follows the link by itself (RFC 8058), so the link is the credential: it is signed,
good for one account and one kind of mail, and does not expire, as the mail does not.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from auth_service.domain.notifications import Notification

PATH: Final = "/unsubscribe"


class LinkRefused(Exception):
    """Not a link of ours."""


class UnsubscribeLinks:
    """Makes and reads links. ``secrets``: the first signs, all are accepted."""

    def __init__(self, base_url: str, secrets: Sequence[bytes]) -> None:
        self._base_url = base_url.rstrip("/")
        self._keys = [hmac.digest(secret, b"unsubscribe links", "sha256") for secret in secrets]

    def make(self, user_id: UUID, kind: Notification) -> str:
        """The link that declines ``kind`` for the account."""
        given = {"user": str(user_id), "kind": kind.value}
        signed = {**given, "signature": _signature(self._keys[0], given)}
        return f"{self._base_url}{PATH}?{urlencode(signed)}"

    def read(self, query: Mapping[str, str]) -> tuple[UUID, Notification]:
        """Whose mails of which kind. Raises ``LinkRefused``."""
        given = {name: query.get(name, "") for name in ("user", "kind")}
        sent = query.get("signature", "").encode("utf-8", "replace")
        good = [hmac.compare_digest(_signature(key, given).encode(), sent) for key in self._keys]
        if not any(good):
            raise LinkRefused
        return UUID(given["user"]), Notification(given["kind"])


def _signature(key: bytes, given: Mapping[str, str]) -> str:
    return hmac.digest(key, urlencode(sorted(given.items())).encode(), "sha256").hex()
