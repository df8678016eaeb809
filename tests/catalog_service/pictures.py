"""Pictures of tests: how they are made, sent and looked at."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlsplit

import httpx2
from PIL import Image

from tests.catalog_service.kit import Catalog, Person

UPLOAD = "mutation($id: UUID!) { createImageUpload(placeId: $id) { uploadUrl maxBytes } }"


def picture(
    form: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **more: Any
) -> bytes:
    """A picture, red on its left half and blue on its right."""
    image = Image.new(mode, size, "blue")
    image.paste(Image.new(mode, (size[0] // 2, size[1]), "red"), (0, 0))
    out = io.BytesIO()
    image.save(out, form, **more)
    return out.getvalue()


async def link(catalog: Catalog, person: Person, place: object) -> str:
    """A new link for uploading, without its host."""
    made = await catalog.ask(person, UPLOAD, id=str(place))
    parts = urlsplit(made.data["createImageUpload"]["uploadUrl"])
    return f"{parts.path}?{parts.query}"


async def send(catalog: Catalog, person: Person, place: object, data: bytes) -> httpx2.Response:
    """Upload ``data`` with a new link."""
    return await catalog.http.put(await link(catalog, person, place), content=data)


async def shown(catalog: Catalog, url: str) -> httpx2.Response:
    """What is at a picture's address."""
    return await catalog.http.get(urlsplit(url).path)
