"""Uploads: by signed link, each good for one picture, few at a time."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from typing import Any

import pytest

from catalog_service.api import images
from catalog_service.core.upload_slots import OF_ONE
from tests.catalog_service.kit import Catalog, Person, running_catalog
from tests.catalog_service.pictures import link, picture


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


async def test_a_compressed_picture_is_told_what_is_wrong_with_it(
    catalog: Catalog, owner: Person
) -> None:
    made = await link(catalog, owner, await catalog.open_place(owner))
    data = picture()
    for coding in ("gzip", "identity, br"):
        refused = await catalog.http.put(
            made, content=gzip.compress(data), headers={"Content-Encoding": coding}
        )
        assert refused.status_code == 415
        assert [each["code"] for each in refused.json()["violations"]] == ["ENCODED"]
    taken = await catalog.http.put(made, content=data, headers={"Content-Encoding": "identity"})
    assert taken.status_code == 201


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


async def test_browsers_of_other_origins_may_upload(catalog: Catalog, owner: Person) -> None:
    made = await link(catalog, owner, await catalog.open_place(owner))
    asked = await catalog.http.options(made, headers={"Origin": "https://shop.example"})
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "PUT" in asked.headers["access-control-allow-methods"]
    sent = await catalog.http.put(made, content=picture())
    assert sent.headers["access-control-allow-origin"] == "*"
