"""How many uploads are taken in at once: each is kept in memory until it is whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from catalog_service.core.image_links import Upload

AT_ONCE: Final = 24
"""Of all together, 10 MB each."""
OF_ONE: Final = 6
"""Of one account: as many as a browser sends side by side."""


class TooManyUploads(Exception):
    """The link is in use just now, or as many as there may be are under way."""


class UploadSlots:
    """Those under way in this process."""

    def __init__(self) -> None:
        self._accounts: dict[str, UUID] = {}  # by the nonces of their links

    @contextmanager
    def taken(self, upload: Upload) -> Iterator[None]:
        """Count an upload while it is under way. Raises ``TooManyUploads``."""
        if (
            upload.nonce in self._accounts
            or len(self._accounts) >= AT_ONCE
            or list(self._accounts.values()).count(upload.user_id) >= OF_ONE
        ):
            raise TooManyUploads
        self._accounts[upload.nonce] = upload.user_id
        try:
            yield
        finally:
            del self._accounts[upload.nonce]
