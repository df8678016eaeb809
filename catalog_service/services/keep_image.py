"""Pictures are taken in, checked where offers name them, and removed when nothing shows them."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.core.image_links import GOOD_FOR, Upload, UploadRefused
from catalog_service.core.image_store import ImageStore
from catalog_service.core.picture import Picture, picture_of
from catalog_service.domain.actors import Actor, Role
from catalog_service.domain.errors import InvalidInput, Violation
from catalog_service.domain.images import content_of, is_own, name_in
from catalog_service.repository.images import (
    Uploaded,
    delete_unshown,
    forget_used_uploads,
    give_upload_back,
    hold_images,
    is_upload_used,
    keeps_offers,
    lock_name,
    store_image,
    unshown_images,
    use_upload,
)
from shared.database import Database
from shared.errors import ApplicationError, NotFound

KEPT_UNSHOWN: Final = timedelta(hours=24)
"""Between uploading a picture and naming it in an offer."""
BATCH: Final = 100

log = structlog.get_logger(__name__)


class ImageKeeper:
    """Takes pictures in. ``at_once``: how many are drawn side by side, each on a core."""

    def __init__(self, database: Database, store: ImageStore, at_once: int = 2) -> None:
        self._database = database
        self._store = store
        self._turns = asyncio.Semaphore(at_once)

    async def keep(self, upload: Upload, data: bytes) -> tuple[str, Picture]:
        """The name of the picture that was made of ``data``, and the picture.

        Raises ``NotAPicture``, ``UploadRefused`` where the link was used meanwhile, ``NotFound``
        when the place was closed or the uploader keeps its offers no more, ``Unavailable``: then
        the link is still good.
        """
        async with self._turns:
            picture = await asyncio.to_thread(picture_of, data)
        name = hashlib.sha256(content_of(upload.place_id, picture.data)).hexdigest() + ".webp"
        role = Role.ADMIN if upload.is_admin else Role.PARTNER
        actor = Actor(upload.user_id, role, token_version=upload.token_version)

        async def note(session: AsyncSession) -> None:
            if not await use_upload(session, upload.nonce):
                raise UploadRefused
            await lock_name(session, name)
            size = len(picture.data)
            if not await store_image(session, name, upload.place_id, size, actor):
                raise NotFound

        # Noted first: killed before it lies there, it is removed like others that nothing shows.
        await self._database.write(note)
        try:
            await self._put(name, picture.data)
        except BaseException:
            await self._database.write(lambda session: give_upload_back(session, upload.nonce))
            raise
        return name, picture

    async def is_used(self, upload: Upload) -> bool:
        """Whether a picture came of the link already. Raises ``Unavailable``."""
        async with self._database.read() as connection:
            return await is_upload_used(connection, upload.nonce)

    async def _put(self, name: str, data: bytes) -> None:
        # In a transaction for the lock alone: whoever removes the same picture waits or has done.
        async with self._database.transaction() as session:
            await lock_name(session, name)
            await self._store.put(name, data)

    async def remove_unshown(self) -> int:
        """Remove pictures that nothing shows a day after they were uploaded; how many.

        While the store takes none away, the rest waits for the next turn.
        """
        async with self._database.transaction() as session:
            await forget_used_uploads(session, 2 * GOOD_FOR)
        total = 0
        after: Uploaded | None = None
        while True:
            async with self._database.read() as connection:
                found = await unshown_images(connection, KEPT_UNSHOWN, BATCH, after)
            outcomes = [await self._try_to_remove(name) for _, name in found]
            total += outcomes.count(True)
            if len(found) < BATCH or set(outcomes) == {None}:
                break
            after = found[-1]
        if total:
            log.info("pictures removed", count=total)
        return total

    async def _try_to_remove(self, name: str) -> bool | None:
        """Whether the picture was there to be removed; None when that failed."""
        try:
            return await self._remove(name)
        except ApplicationError as error:
            log.warning("picture not removed", name=name, error=type(error).__name__)
            return None

    async def _remove(self, name: str) -> bool:
        async with self._database.transaction() as session:
            await lock_name(session, name)
            if not await delete_unshown(session, name, KEPT_UNSHOWN):
                return False
            await self._store.delete(name)
        return True


async def may_upload(session: AsyncSession, actor: Actor, place_id: UUID) -> None:
    """Raise ``NotFound`` without an open place whose offers the actor keeps."""
    if not await keeps_offers(session, place_id, actor):
        raise NotFound


async def require_images(session: AsyncSession, place_id: UUID, urls: Sequence[str]) -> None:
    """Raise ``InvalidInput`` for pictures of our own address that the place does not have.

    Those it has are not removed before the transaction ends.
    """
    own = {url: name_in(url) for url in urls if is_own(url)}
    if not own:
        return
    there = await hold_images(session, place_id, list(own.values()))
    faults = [
        Violation(("input", "imageUrls", index), "NO_SUCH_IMAGE", "Upload it to this place first.")
        for index, url in enumerate(urls)
        if url in own and own[url] not in there
    ]
    if faults:
        raise InvalidInput(faults)
