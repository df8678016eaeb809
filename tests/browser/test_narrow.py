"""The page on a phone: one part at a time, each within a thumb's reach."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Locator, ViewportSize, expect

from tests.browser.explorer import Explorer, box_of
from tests.browser.stub import StubGateway

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}
FINGER = 44


@pytest.fixture
async def phone(browser: Browser, stub: StubGateway) -> AsyncIterator[Explorer]:
    """The stub's explorer on a phone, open."""
    context = await browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    phone = Explorer(await context.new_page(), stub.origin)
    await phone.open()
    yield phone
    await phone.check_conduct()
    await context.close()


def _part(phone: Explorer, name: str) -> Locator:
    bar = phone.page.get_by_role("navigation", name="Parts of the page")
    return bar.get_by_role("button", name=name)


async def test_every_part_is_within_a_thumbs_reach(phone: Explorer) -> None:
    regions = {
        "Guide": "Guide",
        "Operation": "Operation Editor",
        "Variables": "Variables",
        "Answer": "Answer",
    }
    for part, region in regions.items():
        button = _part(phone, part)
        box = await box_of(button)
        assert box["y"] > PHONE["height"] * 0.75
        assert min(box["width"], box["height"]) >= FINGER
        await button.tap()
        await expect(button).to_have_attribute("aria-current", "page")
        shown = await box_of(phone.page.get_by_role("region", name=region, exact=True))
        assert shown["width"] > PHONE["width"] * 0.85
        assert shown["height"] > PHONE["height"] * 0.3


async def test_running_shows_the_answer_over_the_whole_width(phone: Explorer) -> None:
    run = await box_of(phone.page.locator(".graphiql-execute-button"))
    assert run["height"] >= FINGER
    await phone.run()
    await expect(phone.answer).to_be_visible()
    await expect(phone.answer.get_by_role("status")).to_contain_text("200 OK")
    text = await box_of(phone.answer.locator(".view-lines"))
    assert text["width"] > PHONE["width"] * 0.75


async def test_a_table_is_read_without_scrolling_sideways(phone: Explorer) -> None:
    await _part(phone, "Operation").tap()
    await phone.compose(
        "{ stock { edges { node { name price { amount currency } since tags } } } }"
    )
    await phone.run()
    await phone.answer.get_by_role("button", name="Table").tap()
    tables = phone.page.get_by_role("region", name="Answer as tables")
    await expect(tables).to_contain_text("2.60 EUR")
    inner, outer = await tables.evaluate("(it) => [it.scrollWidth, it.clientWidth]")
    assert inner == outer


async def test_a_failure_leads_to_the_step_and_back_to_its_run(phone: Explorer) -> None:
    await phone.show("Paint a thing")
    guide = phone.page.get_by_role("region", name="Guide")
    await guide.get_by_role("button", name="Run this step").tap()
    await phone.banner.get_by_role("button", name="Open “List things”").tap()
    await guide.get_by_role("button", name="Run this step").tap()
    await expect(phone.answer.get_by_role("status")).to_contain_text("200 OK")
    await _part(phone, "Guide").tap()
    await expect(guide.get_by_role("button", name="List things (done)")).to_be_visible()


async def test_signing_in_from_the_head(phone: Explorer) -> None:
    await phone.account.tap()
    accounts = phone.page.get_by_role("region", name="Accounts")
    await accounts.get_by_role("button", name="Bob").tap()
    await expect(accounts.get_by_label("bob")).to_be_checked()


async def test_the_other_panels_are_in_the_menu(phone: Explorer) -> None:
    await _part(phone, "More").tap()
    await phone.page.get_by_role("menuitem", name="Query plan").tap()
    await phone.run()
    await _part(phone, "More").tap()
    await phone.page.get_by_role("menuitem", name="Query plan").tap()
    await expect(phone.page.get_by_role("img", name="Wave 1: shop")).to_be_visible()


async def test_a_window_that_gets_narrow_shows_no_empty_part(explorer: Explorer) -> None:
    await explorer.button("Hide Guide").click()
    await explorer.page.set_viewport_size(PHONE)
    operation = _part(explorer, "Operation")
    await expect(operation).to_have_attribute("aria-current", "page")
    await expect(explorer.page.get_by_role("region", name="Operation Editor")).to_be_visible()
    await _part(explorer, "Guide").click()
    await expect(explorer.page.get_by_role("region", name="Guide")).to_be_visible()
    explorer.header = await explorer.header_place()
