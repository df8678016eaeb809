"""Links in mails by which their reader declines such mails, without signing in.

A mail program follows the link by itself (RFC 8058), so the link is the credential: it is signed,
good for one account and one kind of mail, and does not expire, as the mail does not.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from auth_service.domain.notifications import Notification
from shared.link_signatures import SIGNATURE, LinkSignatures

PATH: Final = "/unsubscribe"


class LinkRefused(Exception):
    """Not a link of ours."""


class UnsubscribeLinks:
    """Makes and reads links. ``secrets``: the first signs, all are accepted."""

    def __init__(self, base_url: str, secrets: Sequence[bytes]) -> None:
        self._base_url = base_url.rstrip("/")
        self._signatures = LinkSignatures(secrets, b"unsubscribe links")

    def make(self, user_id: UUID, kind: Notification) -> str:
        """The link that declines ``kind`` for the account."""
        given = {"user": str(user_id), "kind": kind.value}
        return f"{self._base_url}{PATH}?{self._signatures.signed(given)}"

    def read(self, query: Mapping[str, str]) -> tuple[UUID, Notification]:
        """Whose mails of which kind. Raises ``LinkRefused``."""
        given = {name: query.get(name, "") for name in ("user", "kind")}
        if not self._signatures.are_ours(given, query.get(SIGNATURE, "")):
            raise LinkRefused
        return UUID(given["user"]), Notification(given["kind"])
