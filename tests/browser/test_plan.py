"""The query plan's panel."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.explorer import Explorer
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


async def test_without_a_plan_it_says_how_to_get_one(explorer: Explorer, stub: StubGateway) -> None:
    stub.plan = None
    panel = await explorer.panel("Query plan")
    await explorer.run()
    await expect(panel).to_contain_text("X-Query-Plan: true")
    await expect(panel).to_contain_text("ENV=prod")
