"""Where pictures lie: in a folder, or in a bucket of any provider."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from catalog_service.core.image_store import ImageStore
from shared.errors import ConfigurationError
from tests.catalog_service.kit import Person, running_catalog
from tests.catalog_service.pictures import link, picture, send, shown
from tests.testkit.s3 import BUCKET, KEY_ID, REGION, SECRET, running_bucket


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
