"""The query plan's panel."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.explorer import Explorer, box_of
from tests.browser.stub import StubGateway

pytestmark = pytest.mark.browser


async def test_the_plan_is_asked_for_only_while_the_panel_is_open(explorer: Explorer) -> None:
    await explorer.run()
    assert "x-query-plan" not in explorer.requests[-1].headers
    panel = await explorer.panel("Query plan")
    answer = await explorer.run()
    assert explorer.requests[-1].headers["x-query-plan"] == "true"
    await expect(panel.locator("pre")).to_have_text("Fetch(things)")
    assert "extensions" not in answer


async def test_the_plan_is_a_picture_of_fetches_in_waves_with_their_times(
    explorer: Explorer,
) -> None:
    panel = await explorer.panel("Query plan")
    await explorer.run()
    boxes = panel.locator(".explorer-fetch")
    await expect(boxes).to_have_count(4)
    await expect(boxes.nth(0)).to_contain_text("12 ms")
    await expect(boxes.nth(1)).to_contain_text("5 → 3 entities")
    await expect(boxes.nth(2)).to_contain_text("TIMEOUT")
    await expect(boxes.nth(3)).to_contain_text("not sent")
    await expect(panel).to_contain_text("43 ms in the gateway’s fetches")
    tops = [(await box_of(box))["y"] for box in await boxes.all()]
    assert tops[0] < tops[1] == tops[2] < tops[3]
    bars = [await box_of(bar) for bar in await panel.locator(".explorer-bar").all()]
    assert bars[0]["width"] < bars[1]["width"] < bars[2]["width"]
    await expect(panel.get_by_role("img")).to_have_accessible_name(
        re.compile("Wave 1: shop, 12 ms, 1 request. Wave 2: people, 20 ms")
    )


async def test_a_plan_without_fetches_is_shown_as_text(
    explorer: Explorer, stub: StubGateway
) -> None:
    stub.plan = "Sequence { one, two }"
    panel = await explorer.panel("Query plan")
    await explorer.run()
    await expect(panel.get_by_text("Sequence { one, two }")).to_be_visible()


async def test_without_a_plan_it_says_how_to_get_one(explorer: Explorer, stub: StubGateway) -> None:
    stub.plan = None
    panel = await explorer.panel("Query plan")
    await explorer.run()
    await expect(panel).to_contain_text("X-Query-Plan: true")
    await expect(panel).to_contain_text("ENV=prod")
