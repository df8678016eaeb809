"""Pictures: drawn anew, shown, removed when nothing shows them."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageOps

from catalog_service.core.image_store import ImageStore
from catalog_service.services import keep_image
from catalog_service.services.keep_image import ImageKeeper
from shared.database import Database
from shared.errors import Unavailable
from tests.catalog_service.desk import CREATE, schedule_input
from tests.catalog_service.kit import (
    CREATE_OFFER,
    UPDATE_OFFER,
    Catalog,
    Person,
    offer_input,
    settings_for,
)
from tests.catalog_service.pictures import picture, send, shown

PICTURES = "query($id: UUID!) { offer(id: $id) { imageUrls } }"
MAKE, GPS = 0x010F, 0x8825


def with_exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[MAKE] = "CanaryCam"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (52.0, 31.0, 12.0)
    return picture(exif=exif)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_an_upload_becomes_a_picture_of_an_offer(
    catalog: Catalog, owner: Person, form: str
) -> None:
    place = await catalog.open_place(owner)
    sent = await send(catalog, owner, place, picture(form))
    assert sent.status_code == 201, sent.text
    url = sent.json()["imageUrl"]
    answer = await shown(catalog, url)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    with Image.open(io.BytesIO(answer.content)) as found:
        assert (found.format, found.size) == ("WEBP", (640, 480))
    again = await catalog.http.get(
        urlsplit(url).path, headers={"If-None-Match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    for given in (url, urlsplit(url).path):  # whole, and without its beginning
        offer = await catalog.draft_offer(owner, place, imageUrls=[given])
        assert (await catalog.ask(owner, PICTURES, id=str(offer))).data["offer"] == {
            "imageUrls": [url]
        }
    changed = await catalog.ask(owner, UPDATE_OFFER, id=str(offer), input={"title": "Rye"})
    assert changed.codes == []


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_it_is_upright_and_tells_nothing_of_where_it_was_taken(
    catalog: Catalog, owner: Person, orientation: int
) -> None:
    data = with_exif(orientation)
    assert b"CanaryCam" in data
    place = await catalog.open_place(owner)
    url = (await send(catalog, owner, place, data)).json()["imageUrl"]
    kept = (await shown(catalog, url)).content
    assert b"CanaryCam" not in kept
    assert b"EXIF" not in kept
    with Image.open(io.BytesIO(data)) as taken, Image.open(io.BytesIO(kept)) as found:
        assert not found.getexif()
        upright = ImageOps.exif_transpose(taken)
        assert found.size == upright.size
        for x, y in ((0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)):
            at = (int(x * found.width), int(y * found.height))
            one, other = found.convert("RGB").getpixel(at), upright.getpixel(at)
            assert isinstance(one, tuple)
            assert isinstance(other, tuple)
            assert all(abs(a - b) < 40 for a, b in zip(one, other, strict=True))


async def test_comments_and_profiles_are_left_out(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    jpeg = picture(comment=b"canary-comment", icc_profile=b"canary-profile" * 10)
    xmp = picture("WEBP", xmp=b"<x:xmpmeta>canary-xmp</x:xmpmeta>")
    for data in (jpeg, xmp):
        assert b"canary" in data
        url = (await send(catalog, owner, place, data)).json()["imageUrl"]
        assert b"canary" not in (await shown(catalog, url)).content


async def test_large_ones_are_made_smaller(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    sent = (await send(catalog, owner, place, picture(size=(5000, 1000)))).json()
    assert (sent["width"], sent["height"]) == (1600, 320)
    tiny = (await send(catalog, owner, place, picture("PNG", size=(2, 1)))).json()
    assert (tiny["width"], tiny["height"]) == (2, 1)
    clear = await send(catalog, owner, place, picture("PNG", mode="RGBA"))
    assert clear.status_code == 201


@pytest.mark.parametrize("clear", [None, 0])
async def test_grey_of_16_bits_stays_grey(
    catalog: Catalog, owner: Person, clear: int | None
) -> None:
    wide = Image.new("I;16", (300, 100), 0)
    for left, grey in ((100, 0x8080), (200, 0xFFFF)):
        wide.paste(grey, (left, 0, left + 100, 100))
    out = io.BytesIO()
    wide.save(out, "PNG", **({} if clear is None else {"transparency": clear}))
    place = await catalog.open_place(owner)
    url = (await send(catalog, owner, place, out.getvalue())).json()["imageUrl"]
    with Image.open(io.BytesIO((await shown(catalog, url)).content)) as found:
        seen = [found.convert("RGBA").getpixel((x, 50)) for x in (50, 150, 250)]
    for pixel, grey in zip(seen, (0, 0x80, 0xFF), strict=True):
        assert isinstance(pixel, tuple)
        assert all(abs(each - grey) < 8 for each in pixel[:3])
    assert [pixel[3] for pixel in seen if isinstance(pixel, tuple)] == [
        255 if clear is None else 0,
        255,
        255,
    ]


def bomb() -> bytes:
    """A PNG of 900 million pixels in some hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(100_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 400, "NOT_AN_IMAGE"),
        (SVG, 400, "NOT_AN_IMAGE"),
        (b"<html>" + picture(), 400, "NOT_AN_IMAGE"),
        (b"GIF89a" + bytes(100), 400, "NOT_AN_IMAGE"),
        (picture("GIF", mode="P"), 400, "NOT_AN_IMAGE"),
        (picture("TIFF"), 400, "NOT_AN_IMAGE"),
        (picture()[:2000], 400, "NOT_AN_IMAGE"),
        (picture("PNG")[:-40], 400, "NOT_AN_IMAGE"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), 400, "NOT_AN_IMAGE"),
        (bomb(), 400, "TOO_LARGE"),
        (b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), 413, "TOO_MANY_BYTES"),
    ],
)
async def test_what_is_no_picture_is_refused_by_name(
    catalog: Catalog, owner: Person, data: bytes, status: int, code: str
) -> None:
    place = await catalog.open_place(owner)
    refused = await send(catalog, owner, place, data)
    assert refused.status_code == status
    (fault,) = refused.json()["violations"]
    assert (fault["path"], fault["code"]) == (["body"], code)
    assert await catalog.sql("SELECT 1 FROM images") == []


async def test_a_picture_is_its_places_own(
    catalog: Catalog, owner: Person, stranger: Person
) -> None:
    place, elsewhere = await catalog.open_place(owner), await catalog.open_place(stranger)
    url = (await send(catalog, owner, place, picture())).json()["imageUrl"]
    names = ["https://cdn.example/a.jpg", url, f"/images/{'0' * 64}.webp"]
    refused = await catalog.ask(
        stranger, CREATE_OFFER, input=offer_input(elsewhere, imageUrls=names)
    )
    assert refused.violations == [
        ("input.imageUrls.1", "NO_SUCH_IMAGE"),
        ("input.imageUrls.2", "NO_SUCH_IMAGE"),
    ]
    strange = ["/images/../../etc/passwd", "/other/x.webp", "http://127.0.0.1:8000/images/x.webp"]
    refused = await catalog.ask(owner, CREATE_OFFER, input=offer_input(place, imageUrls=strange))
    assert [code for _, code in refused.violations] == ["NOT_A_PUBLIC_URL"] * 3


@pytest.mark.parametrize(
    "path", ["/images/x.webp", f"/images/{'0' * 64}.webp", f"/images/{'0' * 64}.png", "/images/%2e"]
)
async def test_what_is_not_there_is_not_found(catalog: Catalog, path: str) -> None:
    assert (await catalog.http.get(path)).status_code == 404


async def test_what_nothing_shows_is_removed(
    catalog: Catalog, owner: Person, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await catalog.open_place(owner)
    urls = []
    for width in (10, 20, 30, 40):
        data = picture("PNG", size=(width, 5))
        urls.append((await send(catalog, owner, place, data)).json()["imageUrl"])
    await catalog.draft_offer(owner, place, imageUrls=[urls[0]])
    given = schedule_input(place, imageUrls=[urls[1]])
    assert (await catalog.ask(owner, CREATE, input=given)).codes == []
    await catalog.sql("UPDATE images SET created_at = now() - interval '25 hours'")
    data = picture("PNG", size=(40, 5))
    await send(catalog, owner, place, data)  # again, so it is new again
    settings = settings_for(database_url)
    database = Database.from_settings(settings)
    keeper = ImageKeeper(database, ImageStore(settings.image_store, None, None))
    counts = await asyncio.gather(*(keeper.remove_unshown() for _ in range(3)))
    assert sum(counts) == 1
    found = [(await shown(catalog, url)).status_code for url in urls]
    assert found == [200, 200, 404, 200]
    monkeypatch.setattr(keep_image, "KEPT_UNSHOWN", timedelta())
    assert await keeper.remove_unshown() == 1
    await database.dispose()


async def upload_five_a_day_ago(catalog: Catalog, owner: Person) -> None:
    """Pictures that nothing shows, and that are due to be removed."""
    place = await catalog.open_place(owner)
    for width in (10, 20, 30, 40, 50):
        await send(catalog, owner, place, picture("PNG", size=(width, 5)))
    await catalog.sql("UPDATE images SET created_at = now() - interval '25 hours'")


async def test_all_that_nothing_shows_is_removed_in_one_turn(
    catalog: Catalog, owner: Person, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account may upload two hundred an hour, and a turn comes once an hour."""
    monkeypatch.setattr(keep_image, "BATCH", 2)
    await upload_five_a_day_ago(catalog, owner)
    settings = settings_for(database_url)
    database = Database.from_settings(settings)
    keeper = ImageKeeper(database, ImageStore(settings.image_store, None, None))
    assert await keeper.remove_unshown() == 5
    assert await catalog.sql("SELECT 1 FROM images") == []
    await database.dispose()


async def test_while_the_store_is_away_only_some_are_tried(
    catalog: Catalog, owner: Person, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep_image, "BATCH", 2)
    await upload_five_a_day_ago(catalog, owner)
    settings = settings_for(database_url)
    database = Database.from_settings(settings)
    store = ImageStore(settings.image_store, None, None)
    tried: list[str] = []

    async def away(name: str) -> None:
        tried.append(name)
        raise Unavailable

    monkeypatch.setattr(store, "delete", away)
    assert await ImageKeeper(database, store).remove_unshown() == 0
    assert len(tried) == 2
    assert len(await catalog.sql("SELECT 1 FROM images")) == 5
    await database.dispose()
