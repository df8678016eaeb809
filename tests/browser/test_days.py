"""A partner's and a customer's day in the explorer, on the running system, from its tabs alone."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, Page, expect

from est.demo.people import PASSWORD
from tests.browser.conftest import VIEWPORT
from tests.browser.contrast import faint_texts
from tests.browser.explorer import Explorer
from tests.testkit.smtp import text_of
from tests.testkit.system import ROOT, System, eventually

pytestmark = pytest.mark.browser

IMAGES = ROOT / "docs" / "images"
SIZES: tuple[tuple[int, int], ...] = ((1280, 800), (1920, 1080), (390, 844))
ACROSS = "What is on offer, where, and who runs the place"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The whole of EST, as `est run` starts it, with its demo data."""
    system = System(tmp_path_factory.mktemp("est"))
    try:
        system.wait_until_up()
        yield system
    finally:
        system.stop()


@pytest.fixture
async def explorer(browser: Browser, system: System) -> AsyncIterator[Explorer]:
    context = await browser.new_context(viewport=VIEWPORT)
    explorer = Explorer(await context.new_page(), f"http://127.0.0.1:{system.ports['gateway']}")
    await explorer.open()
    yield explorer
    await explorer.check_conduct()
    await context.close()


async def _picture(page: Page, name: str) -> None:
    """Renew a picture of the documents, if that is asked for."""
    if os.environ.get("UPDATE_SCREENSHOTS"):
        await page.screenshot(path=IMAGES / f"{name}.png")


async def _data(explorer: Explorer, title: str) -> Any:
    """Choose a step, run it as it is, and return its data."""
    await explorer.show(title)
    answer = await explorer.run()
    assert "errors" not in answer, answer
    return answer["data"]


async def test_a_query_across_both_services_works_signed_out(explorer: Explorer) -> None:
    offers = (await _data(explorer, ACROSS))["offers"]["edges"]
    assert len(offers) == 5
    partners = [
        link["partner"] for edge in offers for link in edge["node"]["place"]["partnerships"]
    ]
    assert {partner["role"] for partner in partners} == {"PARTNER"}
    await _picture(explorer.page, "across-services")


async def test_the_plan_shows_both_services(explorer: Explorer) -> None:
    panel = await explorer.panel("Query plan")
    await explorer.run()
    boxes = panel.locator(".explorer-fetch")
    await expect(boxes.first).to_contain_text("catalog")
    await expect(boxes.last).to_contain_text("auth")
    for box in await boxes.all():
        await expect(box).to_contain_text(" ms")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_day_is_read_at_every_size_by_day_and_by_night(
    browser: Browser, system: System, size: tuple[int, int], theme: Literal["light", "dark"]
) -> None:
    width, height = size
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        timezone_id="Europe/Berlin",
        locale="en-GB",
    )
    explorer = Explorer(await context.new_page(), f"http://127.0.0.1:{system.ports['gateway']}")
    await explorer.open()
    await explorer.show("Browse what can be picked up later")
    await explorer.run()
    await explorer.answer.get_by_role("button", name="Table").click()
    table = explorer.answer.get_by_role("table", name="offers")
    await expect(table).to_contain_text("EUR")
    await expect(explorer.answer.get_by_role("status")).to_contain_text("200 OK")
    assert await faint_texts(explorer.page) == []
    await _picture(explorer.page, f"explorer-{width}-{theme}")
    await explorer.check_conduct()
    await context.close()


async def test_a_partners_and_a_customers_day(explorer: Explorer) -> None:
    # one after the other: the button names whoever signed in last
    for step, name in (("the baker", "baker"), ("Ana", "ana")):
        await explorer.button(f"Sign in as {step}").click()
        await expect(explorer.button(f"{name}@demo.example")).to_be_visible()
    offer = await _partners_morning(explorer)
    code = await _customers_day(explorer, offer)
    await _partners_evening(explorer, code)


async def test_an_admins_day(explorer: Explorer) -> None:
    await explorer.button("Sign in as the admin").click()
    await expect(explorer.button("admin@demo.example")).to_be_visible()
    (report, *_) = (await _data(explorer, "See what was reported"))["reports"]["edges"]
    down = (await _data(explorer, "Take the offer down"))["takeDownOffer"]
    assert (down["id"], down["status"]) == (report["node"]["offer"]["id"], "PAUSED")
    back = (await _data(explorer, "Give it back"))["restoreOffer"]
    assert back["status"] == report["node"]["offer"]["status"]
    assert (await _data(explorer, "Close the report"))["closeReport"]["closedAt"]
    (found,) = (await _data(explorer, "Find an account"))["accounts"]["edges"]
    assert found["node"]["displayName"] == "Chloe"
    assert (await _data(explorer, "Suspend it"))["suspendAccount"]["suspendedAt"]
    assert (await _data(explorer, "Restore it"))["restoreAccount"]["suspendedAt"] is None
    told = (await _data(explorer, "See who did what"))["auditLog"]["edges"]
    actions = {edge["node"]["action"] for edge in told}
    assert {"ACCOUNT_SUSPENDED", "ACCOUNT_RESTORED"} <= actions
    assert {edge["node"]["actor"]["email"] for edge in told} == {"admin@demo.example"}


async def _partners_morning(explorer: Explorer) -> str:
    mine = await _data(explorer, "Who am I, and which places are mine")
    assert mine["me"]["email"] == "baker@demo.example"
    assert mine["myPlaces"]["edges"]
    place = (await _data(explorer, "Open a place"))["createPlace"]
    assert place["partnerships"][0]["role"] == "OWNER"
    draft = (await _data(explorer, "Prepare an offer"))["createOffer"]
    assert (draft["status"], draft["price"]["currency"]) == ("DRAFT", place["currency"])
    published = (await _data(explorer, "Publish it"))["setOfferStatus"]
    assert (published["id"], published["status"]) == (draft["id"], "ACTIVE")
    return str(draft["title"])


async def _customers_day(explorer: Explorer, offer: str) -> str:
    browsed = (await _data(explorer, "Browse what can be picked up later"))["offers"]["edges"]
    assert browsed
    reserved = (await _data(explorer, "Reserve two portions"))["reserveOffer"]
    assert (reserved["offer"]["title"], reserved["quantity"]) == (offer, 2)
    later = (await _data(explorer, "Reserve something for later, too"))["reserveOffer"]
    cancelled = (await _data(explorer, "Change one’s mind"))["cancelReservation"]
    assert (cancelled["id"], cancelled["status"]) == (later["id"], "CANCELLED_BY_CUSTOMER")
    mine = (await _data(explorer, "My reservations and their pickup codes"))["me"]
    assert mine["email"] == "ana@demo.example"
    codes = {
        edge["node"]["id"]: edge["node"]["pickupCode"] for edge in mine["reservations"]["edges"]
    }
    assert codes[reserved["id"]] == reserved["pickupCode"]
    return str(reserved["id"])


async def _partners_evening(explorer: Explorer, reservation: str) -> None:
    place = (await _data(explorer, "Who is coming to pick up"))["place"]
    assert [edge["node"]["id"] for edge in place["reservations"]["edges"]] == [reservation]
    picked_up = (await _data(explorer, "Hand it over"))["confirmPickup"]
    assert (picked_up["id"], picked_up["status"]) == (reservation, "PICKED_UP")
    stats = (await _data(explorer, "What the day brought"))["place"]["stats"]
    assert (stats["reservations"], stats["pickups"]) == (1, 1)
    assert stats["revenue"] == {"amount": "9.00", "currency": "EUR"}


async def test_a_new_account_is_confirmed_by_the_link_in_its_mail(
    explorer: Explorer, system: System
) -> None:
    await explorer.show("Register")
    form = explorer.page.get_by_role("region", name="Variables")
    await expect(form.get_by_label("email String!")).to_be_focused()
    await expect(form.get_by_label("password String!")).to_have_attribute("type", "password")
    account = {"email": "dora@demo.example", "password": PASSWORD}
    await explorer.write("Variables", json.dumps(account))
    registered = (await explorer.run())["data"]["register"]
    assert registered["isVerified"] is False
    assert PASSWORD not in await explorer.stored()
    link = await asyncio.to_thread(_link_in_mail, system.home / "mail", account["email"])
    assert link.startswith(f"{explorer.origin}/graphql#")
    await explorer.page.goto("about:blank")
    await explorer.open(link.removeprefix(explorer.origin))
    verified = (await explorer.run())["data"]["verify"]
    assert verified["isVerified"] is True


def _link_in_mail(folder: Path, address: str) -> str:
    def mails() -> list[str]:
        parsed = (
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in folder.glob("*.eml")
        )
        return [text_of(mail) for mail in parsed if address in str(mail["To"])]

    assert eventually(lambda: bool(mails()))
    return next(word for word in mails()[0].split() if "://" in word)
