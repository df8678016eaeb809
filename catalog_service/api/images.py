"""``/images/…``: pictures taken in by signed link, and shown. Not guarded by the gateway key.

Browsers of any origin may ask: no cookie or token counts here, the link is the credential.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from catalog_service.core.image_links import UPLOADS, ImageLinks, UploadRefused
from catalog_service.core.image_store import ImageStore
from catalog_service.core.picture import NotAPicture
from catalog_service.core.upload_slots import TooManyUploads, UploadSlots
from catalog_service.domain.images import CONTENT_TYPE, MOST_BYTES, PATH, is_name
from catalog_service.services.keep_image import ImageKeeper
from shared.errors import ClientError, NotFound, TimedOut, Unavailable

BODY_SECONDS: Final = 60.0
"""How long a picture may take to arrive: 10 MB at 1.4 Mbit/s."""
_STATUSES: Final = {"TOO_MANY_BYTES": 413, "ENCODED": 415}
_OPEN: Final = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
_PREFLIGHT: Final = {
    **_OPEN,
    "Access-Control-Allow-Methods": "PUT, POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "600",
}
_SHOWN: Final = {
    **_OPEN,
    "Cache-Control": "public, max-age=31536000, immutable",  # another picture has another name
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class ImageEndpoints:
    """Taking in and showing."""

    def __init__(self, keeper: ImageKeeper, store: ImageStore, links: ImageLinks) -> None:
        self._keeper = keeper
        self._store = store
        self._links = links
        self._slots = UploadSlots()

    def routes(self) -> list[Route]:
        """Their routes."""
        return [
            Route(UPLOADS, self.take, methods=["PUT", "POST", "OPTIONS"]),
            Route(f"{PATH}{{name}}", self.show, methods=["GET"]),
        ]

    async def take(self, request: Request) -> Response:
        """201 and ``imageUrl`` once the picture in the body is kept.

        400 for what is no picture, 408 for one that does not arrive, 413 for one that is too large,
        415 for one that was compressed on its way, 403 for a link that is not ours, was used or is
        no longer good, 404 when the place was closed meanwhile, 503 to try again.
        """
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_PREFLIGHT)
        try:
            upload = self._links.read(request.query_params, datetime.now(UTC))
            if await self._keeper.is_used(upload):
                raise UploadRefused  # noqa: TRY301  one answer for all links that are not good
            with self._slots.taken(upload):
                async with asyncio.timeout(BODY_SECONDS):
                    data = await _body(request)
                name, picture = await self._keeper.keep(upload, data)
        except UploadRefused:
            return _failed(403, "FORBIDDEN")
        except TimeoutError:
            return _failed(408, "REQUEST_TIMEOUT", {"Connection": "close"})
        except TooManyUploads:
            return _failed(503, "UNAVAILABLE", {"Retry-After": "1"})
        except NotAPicture as error:
            return _not_a_picture(error)
        except NotFound:
            return _failed(404, "NOT_FOUND")
        except (Unavailable, TimedOut) as error:
            return _failed(503, error.code)
        (url,) = self._links.absolute([f"{PATH}{name}"])
        made = {"imageUrl": url, "width": picture.width, "height": picture.height}
        return JSONResponse(made, status_code=201, headers={**_OPEN, "Cache-Control": "no-store"})

    async def show(self, request: Request) -> Response:
        """200 and the picture, to be kept for ever: its name is its content's."""
        name = request.path_params["name"]
        if not is_name(name):
            return _failed(404, "NOT_FOUND")
        etag = f'"{name}"'
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers={**_SHOWN, "ETag": etag})
        try:
            found = await self._store.get(name)
        except ClientError as error:
            return _failed(503, error.code)
        if found is None:
            return _failed(404, "NOT_FOUND")
        return Response(found, media_type=CONTENT_TYPE, headers={**_SHOWN, "ETag": etag})


def _is_encoded(request: Request) -> bool:
    codings = ",".join(request.headers.getlist("content-encoding")).lower().split(",")
    return any(each.strip() not in {"", "identity"} for each in codings)


async def _body(request: Request) -> bytes:
    """The body, read no further than a picture may be large. Raises ``NotAPicture``."""
    too_large = NotAPicture("TOO_MANY_BYTES", f"At most {MOST_BYTES // 1024 // 1024} MB.")
    if _is_encoded(request):
        raise NotAPicture("ENCODED", "Send it without a content encoding.")
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > MOST_BYTES:
        raise too_large
    read = bytearray()
    try:
        async for chunk in request.stream():
            read += chunk
            if len(read) > MOST_BYTES:
                raise too_large
    except ClientDisconnect as error:
        raise NotAPicture("NOT_AN_IMAGE", "The picture did not arrive whole.") from error
    return bytes(read)


def _not_a_picture(error: NotAPicture) -> Response:
    status = _STATUSES.get(error.code, 400)
    fault = {"path": ["body"], "code": error.code, "message": str(error)}
    body = {"error": "BAD_USER_INPUT", "violations": [fault]}
    return JSONResponse(body, status_code=status, headers=_OPEN)


def _failed(status: int, code: str, more: Mapping[str, str] | None = None) -> Response:
    headers = {**_OPEN, "Cache-Control": "no-store", **(more or {})}
    return JSONResponse({"error": code}, status_code=status, headers=headers)
