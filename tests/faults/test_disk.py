"""PostgreSQL's disk is full, or does not give back what was written."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest

from est.postgres import EmbeddedPostgres
from tests.auth_service.subgraph import running_alone
from tests.catalog_service.kit import (
    CREATE_OFFER,
    Answer,
    Person,
    offer_input,
    running_catalog,
)
from tests.faults.test_mail_stages import UNSENT
from tests.testkit.postgres import Databases
from tests.testkit.smtp import MailServer

GIVE_BACK = "UPDATE outbox SET leased_until = NULL WHERE finished_at IS NULL"
OFFERS = "{ offers { edges { node { title } } } }"
FULL = """
CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'could not extend file "base/16384/secret": No space left on device'
    USING ERRCODE = 'disk_full', HINT = 'Check free disk space.';
END $$;
"""


def fills(table: str) -> str:
    return f"""CREATE TRIGGER is_full BEFORE INSERT OR UPDATE ON {table}
      FOR EACH ROW EXECUTE FUNCTION is_full()"""


def codes_without_detail(answer: Answer) -> list[str]:
    """Its codes; none of its errors says anything of files."""
    assert "secret" not in str(answer)
    assert "space" not in str(answer)
    return answer.codes


async def test_117_nothing_can_be_stored_and_what_is_there_is_shown(url: str) -> None:
    async with running_catalog(url) as catalog:
        owner, customer, key = Person("partner"), Person(), uuid4().hex
        offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
        await catalog.sql(FULL)
        for table in ("reservations", "outbox", "offers"):
            await catalog.sql(fills(table))
            for _ in range(3):
                full = await catalog.reserve(customer, offer, key=key)
                assert codes_without_detail(full) == ["UNAVAILABLE"]
            assert (await catalog.ask(None, OFFERS)).codes == []
            assert (await catalog.http.get("/health/live")).status_code == 200
            await catalog.sql(f"DROP TRIGGER is_full ON {table}")
        assert (await catalog.reserve(customer, offer, key=key)).codes == []
        [row] = await catalog.sql("SELECT count(*), sum(quantity) FROM reservations")
        assert tuple(row) == (1, 1)


async def test_117_the_outbox_loses_nothing_while_nothing_can_be_stored(
    database_url_factory: Databases, tmp_path: Path, mailbox: MailServer
) -> None:
    async with running_alone(
        database_url_factory, tmp_path, outbox_poll_seconds=0.2, smtp_host="127.0.0.1",
        smtp_port=mailbox.port, smtp_security="none", smtp_timeout_seconds=60,
    ) as auth:  # fmt: skip
        await auth.sql(FULL)
        await auth.sql(fills("outbox"))
        refused = await auth.register("anna@example.com")
        assert refused.code == "UNAVAILABLE"
        await auth.sql("DROP TRIGGER is_full ON outbox")
        # Now what a worker has taken cannot be marked as sent.
        mailbox.hang, before = 60.0, mailbox.attempts
        assert (await auth.register("anna@example.com")).code is None
        async with asyncio.timeout(60):
            while mailbox.attempts == before:
                await asyncio.sleep(0.01)
        await auth.sql(fills("outbox"))
        mailbox.hang = 0.0
        first = await mailbox.wait_for("anna@example.com")
        await auth.sql("DROP TRIGGER is_full ON outbox")
        async with asyncio.timeout(60):
            while await auth.sql(UNSENT):
                await auth.sql("UPDATE outbox SET leased_until = NULL WHERE finished_at IS NULL")
                await asyncio.sleep(0.05)
        sent = mailbox.to("anna@example.com")
        assert {mail["Message-ID"] for mail in sent} == {first["Message-ID"]}


async def test_118_a_page_that_cannot_be_read_is_internal_and_nothing_is_told_of_it(
    tmp_path: Path,
) -> None:
    """Damage of one table is no fault of the others, and of no client."""
    with EmbeddedPostgres(tmp_path / "damaged", durable=False) as server:
        url = await Databases(server)("catalog_service")
        async with running_catalog(url) as catalog:
            owner = Person("partner")
            place = await catalog.open_place(owner)
            await catalog.publish_offer(owner, place)
            await catalog.sql("CHECKPOINT")
            [[file]] = await catalog.sql("SELECT pg_relation_filepath('offers')")
        data = tmp_path / "damaged" / "data" / file
    with data.open("r+b") as page:
        page.write(b"\x7f" * 64)
    with EmbeddedPostgres(tmp_path / "damaged", durable=False) as server:
        url = server.url(url.rpartition("/")[2])
        async with running_catalog(url) as catalog:
            damaged = await catalog.ask(None, OFFERS)
            assert damaged.codes == ["INTERNAL"]
            assert "page" not in str(damaged)
            assert str(file) not in str(damaged)
            assert (await catalog.ask(None, "{ places { edges { node { name } } } }")).codes == []
            assert (await catalog.http.get("/health/ready")).status_code == 200


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", str(folder)]
    with suppress(FileNotFoundError):
        if subprocess.run(mount, check=False, capture_output=True).returncode == 0:
            yield folder
            subprocess.run(["umount", "--lazy", folder], check=True)
            return
    pytest.skip("mounts a small disk, which only root may")


async def test_117_a_disk_that_is_really_full(small_disk: Path) -> None:
    with EmbeddedPostgres(small_disk / "postgres", durable=False) as server:
        url = await Databases(server)("catalog_service")
        async with running_catalog(url) as catalog:
            owner = Person("partner")
            place = await catalog.open_place(owner)
            offer = await catalog.publish_offer(owner, place, quantityTotal=1_000)
            fill(small_disk / "filler")
            refused: list[str] = []
            async with asyncio.timeout(60):
                while not refused:
                    wish = offer_input(place, description="x" * 1_000)
                    drafted = await catalog.ask(owner, CREATE_OFFER, input=wish)
                    refused = codes_without_detail(drafted)
            assert refused == ["UNAVAILABLE"]
            shown = await catalog.ask(None, OFFERS)
            assert shown.codes in ([], ["UNAVAILABLE"])  # not even a hint is written where it died
            (small_disk / "filler").unlink()
            async with asyncio.timeout(60):
                while (await catalog.reserve(Person(), offer)).codes:
                    await asyncio.sleep(0.05)


def fill(file: Path) -> None:
    """Leave nothing of the disk."""
    with file.open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(b"\0" * 1_000_000)
    with file.open("ab", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(b"\0" * 1_000)
