"""Pictures: taken in by signed link, drawn anew, shown, removed when nothing shows them."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from PIL import Image, ImageOps
from pydantic import SecretStr

from catalog_service.api import images
from catalog_service.core.image_store import ImageStore
from catalog_service.core.upload_slots import OF_ONE
from catalog_service.services import keep_image
from catalog_service.services.keep_image import ImageKeeper
from shared.database import Database
from shared.errors import ConfigurationError
from tests.catalog_service.kit import (
    CREATE_OFFER,
    UPDATE_OFFER,
    Catalog,
    Person,
    offer_input,
    running_catalog,
    settings_for,
)
from tests.testkit.s3 import BUCKET, KEY_ID, REGION, SECRET, running_bucket

UPLOAD = "mutation($id: UUID!) { createImageUpload(placeId: $id) { uploadUrl maxBytes } }"
PICTURES = "query($id: UUID!) { offer(id: $id) { imageUrls } }"
MAKE, GPS = 0x010F, 0x8825


def picture(
    form: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **more: Any
) -> bytes:
    """A picture, red on its left half and blue on its right."""
    image = Image.new(mode, size, "blue")
    image.paste(Image.new(mode, (size[0] // 2, size[1]), "red"), (0, 0))
    out = io.BytesIO()
    image.save(out, form, **more)
    return out.getvalue()


def with_exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[MAKE] = "CanaryCam"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (52.0, 31.0, 12.0)
    return picture(exif=exif)


async def link(catalog: Catalog, person: Person, place: object) -> str:
    made = await catalog.ask(person, UPLOAD, id=str(place))
    parts = urlsplit(made.data["createImageUpload"]["uploadUrl"])
    return f"{parts.path}?{parts.query}"


async def send(catalog: Catalog, person: Person, place: object, data: bytes) -> httpx2.Response:
    return await catalog.http.put(await link(catalog, person, place), content=data)


async def shown(catalog: Catalog, url: str) -> httpx2.Response:
    return await catalog.http.get(urlsplit(url).path)


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


async def test_no_more_is_read_than_a_picture_may_be_large(catalog: Catalog, owner: Person) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while sent < 100 * 1024 * 1024:
            sent += 1024 * 1024
            yield bytes(1024 * 1024)

    place = await catalog.open_place(owner)
    refused = await catalog.http.put(await link(catalog, owner, place), content=endless())
    assert refused.status_code == 413


async def test_links_are_good_once_for_minutes_and_as_they_were_made(
    catalog: Catalog, owner: Person
) -> None:
    place = await catalog.open_place(owner)
    good = await link(catalog, owner, place)
    other = await catalog.open_place(owner)
    for bad in (
        good.replace(str(place), str(other)),
        good.replace("admin=0", "admin=1"),
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        good.partition("&signature")[0],
        "/images/uploads",
    ):
        assert (await catalog.http.put(bad, content=picture())).status_code == 403
    wrong = await catalog.http.put(good, content=b"nothing")
    assert wrong.status_code == 400  # and the link is still good
    assert (await catalog.http.put(good, content=picture())).status_code == 201
    assert (await catalog.http.put(good, content=picture())).status_code == 403


async def test_one_link_is_one_picture_however_often_and_wherever_it_is_sent(
    catalog: Catalog, owner: Person, database_url: str
) -> None:
    """Twenty at once to two instances, and again after the first has ended."""
    place = await catalog.open_place(owner)
    made = await link(catalog, owner, place)
    async with running_catalog(database_url) as other:
        answers = await asyncio.gather(
            *(
                (catalog, other)[n % 2].http.put(made, content=picture("PNG", size=(9, n + 1)))
                for n in range(20)
            )
        )
        statuses = [answer.status_code for answer in answers]
        assert statuses.count(201) == 1
        assert set(statuses) <= {201, 403, 503}
        assert len(await catalog.sql("SELECT 1 FROM images")) == 1
        assert (await other.http.put(made, content=picture())).status_code == 403
    async with running_catalog(database_url) as later:
        assert (await later.http.put(made, content=picture())).status_code == 403


class Slow:
    """A picture that arrives in two halves, the second when it may."""

    def __init__(self) -> None:
        self.has_begun, self.may_end = asyncio.Event(), asyncio.Event()

    async def __call__(self) -> AsyncIterator[bytes]:
        data = picture()
        yield data[:100]
        self.has_begun.set()
        await self.may_end.wait()
        yield data[100:]


async def test_uploads_under_way_are_few_and_the_rest_is_told_to_come_back(
    catalog: Catalog, owner: Person
) -> None:
    place = await catalog.open_place(owner)
    links = [await link(catalog, owner, place) for _ in range(OF_ONE + 1)]
    slow = [Slow() for _ in range(OF_ONE)]
    sending = [
        asyncio.create_task(catalog.http.put(url, content=one()))
        for url, one in zip(links, slow, strict=False)
    ]
    for one in slow:
        await one.has_begun.wait()
    for url in (links[-1], links[0]):
        refused = await catalog.http.put(url, content=picture())
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    for one in slow:
        one.may_end.set()
    assert {answer.status_code for answer in await asyncio.gather(*sending)} == {201}
    assert (await catalog.http.put(links[-1], content=picture())).status_code == 201


async def test_a_picture_that_does_not_arrive_is_given_up(
    catalog: Catalog, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "BODY_SECONDS", 0.2)
    made = await link(catalog, owner, await catalog.open_place(owner))
    answer = await catalog.http.put(made, content=Slow()())
    assert (answer.status_code, answer.headers["connection"]) == (408, "close")
    assert (await catalog.http.put(made, content=picture())).status_code == 201


async def test_who_keeps_offers_no_more_uploads_no_more(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner)
    manager = Person("partner")
    partnership = await catalog.link(owner, place, manager, "MANAGER")
    made = await link(catalog, manager, place)
    end = "mutation($id: UUID!) { updatePartnership(id: $id, isActive: false) { id } }"
    await catalog.ask(owner, end, id=partnership)
    assert (await catalog.http.put(made, content=picture())).status_code == 404


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


async def test_browsers_of_other_origins_may_upload(catalog: Catalog, owner: Person) -> None:
    made = await link(catalog, owner, await catalog.open_place(owner))
    asked = await catalog.http.options(made, headers={"Origin": "https://shop.example"})
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "PUT" in asked.headers["access-control-allow-methods"]
    sent = await catalog.http.put(made, content=picture())
    assert sent.headers["access-control-allow-origin"] == "*"


async def test_what_nothing_shows_is_removed(
    catalog: Catalog, owner: Person, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await catalog.open_place(owner)
    urls = []
    for width in (10, 20, 30, 40):
        data = picture("PNG", size=(width, 5))
        urls.append((await send(catalog, owner, place, data)).json()["imageUrl"])
    await catalog.draft_offer(owner, place, imageUrls=[urls[0]])
    create = "mutation($input: CreateScheduleInput!) { createSchedule(input: $input) { id } }"
    given = {
        "placeId": str(place),
        "title": "Bag",
        "price": "1.00",
        "originalPrice": "2.00",
        "quantityTotal": 1,
        "weekdays": ["MONDAY"],
        "pickupStart": "17:00",
        "pickupEnd": "18:00",
        "imageUrls": [urls[1]],
    }
    assert (await catalog.ask(owner, create, input=given)).codes == []
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


async def test_pictures_lie_in_any_bucket(database_url: str, owner: Person) -> None:
    async with running_bucket() as bucket:
        store = {
            "image_store": f"s3://{BUCKET}/est?endpoint={bucket.url}&region={REGION}",
            "image_store_key_id": SecretStr(KEY_ID),
            "image_store_secret": SecretStr(SECRET),
        }
        async with running_catalog(database_url, **store) as catalog:
            place = await catalog.open_place(owner)
            sent = await send(catalog, owner, place, picture())
            assert sent.status_code == 201, sent.text
            (key,) = bucket.objects
            assert key.startswith("est/")
            assert bucket.types[key] == "image/webp"
            answer = await shown(catalog, sent.json()["imageUrl"])
            assert answer.content == bucket.objects[key]
            assert (await catalog.http.get(f"/images/{'0' * 64}.webp")).status_code == 404
            assert bucket.refused == 0
            bucket.answers = [403] * 9
            made = await link(catalog, owner, place)
            away = await catalog.http.put(made, content=picture(size=(8, 8)))
            assert away.status_code == 503
            bucket.answers = []
            assert (await catalog.http.put(made, content=picture(size=(8, 8)))).status_code == 201
        store["image_store_secret"] = SecretStr("wrong")
        async with running_catalog(database_url, **store) as catalog:
            refused = await send(catalog, owner, place, picture(size=(9, 9)))
            assert refused.status_code == 503
            assert bucket.refused > 0


@pytest.mark.parametrize(
    "url", ["", "images", "file:", "http://bucket", "s3:///x", "s3://b?secret=1", "file://host/x"]
)
def test_other_stores_are_refused_at_the_start(url: str) -> None:
    with pytest.raises(ConfigurationError, match="IMAGE_STORE"):
        ImageStore(url, None, None)


async def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    store = ImageStore(f"file:{tmp_path}/with%20space/Bäckerei", None, None)
    await store.put("a.webp", b"x")
    assert await store.get("a.webp") == b"x"
    assert (tmp_path / "with space" / "Bäckerei" / "a.webp").read_bytes() == b"x"
    await store.delete("a.webp")
    await store.delete("a.webp")
    assert await store.get("a.webp") is None
