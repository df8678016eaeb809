"""The page's parts at a desk: tabs, focus, what moves and what never does."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import FloatRect, Locator, expect

from tests.browser.contrast import faint_texts
from tests.browser.explorer import Explorer, box_of

pytestmark = pytest.mark.browser


async def _until_whole(tab: Locator, strip: Locator) -> None:
    async with asyncio.timeout(60):
        while not await _is_whole(tab, strip):
            await asyncio.sleep(0.05)


async def _is_whole(tab: Locator, strip: Locator) -> bool:
    inner, outer = await box_of(tab), await box_of(strip)
    left, right = inner["x"], inner["x"] + inner["width"]
    return outer["x"] - 1 <= left and right <= outer["x"] + outer["width"] + 1


async def _fill(explorer: Explorer, count: int) -> None:
    """Open tabs as a person does, who sees one before opening the next."""
    for number in range(count):
        await explorer.button("New tab").click()
        await expect(explorer.page.get_by_role("tab")).to_have_count(5 + number)


async def test_tabs_carry_the_titles_of_their_steps(explorer: Explorer) -> None:
    tabs = explorer.page.get_by_role("tab")
    await expect(tabs).to_have_text(["List things", "Say it back", "Read a note", "Paint a thing"])
    await explorer.compose("query Mine { me }")
    await expect(tabs.last).to_have_text("Mine")


async def test_the_active_tab_is_in_view_and_a_menu_lists_the_rest(explorer: Explorer) -> None:
    await _fill(explorer, 12)
    tabs, strip = explorer.page.get_by_role("tab"), explorer.page.get_by_role("tablist")
    await _until_whole(tabs.last, strip)
    whole = [tab for tab in await tabs.all() if await _is_whole(tab, strip)]
    await explorer.button("more tabs").click()
    items = explorer.page.get_by_role("menuitem")
    await expect(items).to_have_count(16 - len(whole))
    await items.get_by_text("List things").click()
    await expect(tabs.first).to_have_attribute("aria-selected", "true")
    await _until_whole(tabs.first, strip)
    await explorer.shows("operation.graphql", "query Things")


async def test_arrow_keys_walk_through_the_tabs(explorer: Explorer) -> None:
    tabs = explorer.page.get_by_role("tab")
    await tabs.first.focus()
    await explorer.page.keyboard.press("ArrowRight")
    await expect(tabs.nth(1)).to_be_focused()
    await expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    await explorer.page.keyboard.press("ArrowLeft")
    await explorer.page.keyboard.press("ArrowLeft")
    await expect(tabs.last).to_be_focused()


async def test_nothing_moves_when_one_runs_and_opens_tabs(explorer: Explorer) -> None:
    parts = (".explorer-header", ".explorer-toolbar", ".explorer-answer-head", ".explorer-rail")

    async def places() -> list[FloatRect]:
        return [await box_of(explorer.page.locator(part)) for part in parts]

    before = await places()
    await explorer.run()
    assert await places() == before
    await _fill(explorer, 9)
    await explorer.write("Operation Editor", "query Mine { me }\n" * 60)
    assert await places() == before
    since = await explorer.now()
    await explorer.show("Paint a thing")
    await explorer.settled(since)  # until then the button has the operations of the tab before
    await explorer.run()
    await expect(explorer.banner).to_be_hidden()
    assert await places() == before


async def test_a_new_tab_is_typed_into_at_once(explorer: Explorer) -> None:
    await explorer.button("New tab").click()
    await expect(explorer.page.locator(".graphiql-query-editor textarea")).to_be_focused()
    await explorer.page.keyboard.insert_text("query Typed { me }")
    await expect(explorer.page.get_by_role("tab").last).to_have_text("Typed")


async def test_parts_are_resized_with_the_keyboard_and_stay_so(explorer: Explorer) -> None:
    panel = explorer.page.get_by_role("complementary", name="Panel")
    before = await box_of(panel)
    await explorer.page.get_by_role("separator", name="Width of the panel").focus()
    for _ in range(3):
        await explorer.page.keyboard.press("ArrowRight")
    after = await box_of(panel)
    assert after["width"] > before["width"] + 30
    await explorer.reload()
    assert await box_of(panel) == after
    explorer.header = await explorer.header_place()


async def test_the_theme_is_chosen_in_the_settings(explorer: Explorer) -> None:
    background = "getComputedStyle(document.querySelector('.explorer-page')).backgroundColor"
    await explorer.panel("Settings")
    await explorer.page.get_by_label("Dark").check()
    assert await explorer.page.evaluate(background) == "rgb(33, 42, 59)"
    await explorer.page.get_by_label("Light").check()
    assert await explorer.page.evaluate(background) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("theme", ["Light", "Dark"])
async def test_every_text_stands_out(explorer: Explorer, theme: str) -> None:
    await explorer.panel("Settings")
    await explorer.page.get_by_label(theme).check()
    since = await explorer.now()
    await explorer.show("Paint a thing")
    await explorer.settled(since)  # until then the button has the operations of the tab before
    await explorer.run()
    await expect(explorer.banner).to_be_visible()
    assert len(await faint_texts(explorer.page, 21)) > 20  # it does see texts
    for panel in ("Guide", "Accounts", "History", "Settings"):
        await explorer.panel(panel)
        assert await faint_texts(explorer.page) == []
    await explorer.show("List things")
    await explorer.run()
    await explorer.answer.get_by_role("button", name="Table").click()
    await explorer.panel("Query plan")
    assert await faint_texts(explorer.page) == []


@pytest.mark.parametrize("width", [800, 1024, 1280, 1920])
async def test_no_part_reaches_into_its_neighbour(explorer: Explorer, width: int) -> None:
    await explorer.page.set_viewport_size({"width": width, "height": 800})
    await explorer.show("Paint a thing")
    await explorer.run()
    rail, panel, editors, answer = [
        await box_of(explorer.page.locator(part))
        for part in (
            ".explorer-rail",
            ".explorer-part-panel",
            ".explorer-editors",
            ".graphiql-response",
        )
    ]
    for left, right in ((rail, panel), (panel, editors), (editors, answer)):
        assert left["x"] + left["width"] <= right["x"] + 1
    inside = explorer.page.locator(".explorer-editors :is(button, input, .monaco-editor):visible")
    for control in await inside.all():
        box = await box_of(control)
        assert box["x"] + box["width"] <= editors["x"] + editors["width"] + 1
    assert answer["x"] + answer["width"] <= width
    explorer.header = await explorer.header_place()
