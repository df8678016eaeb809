"""What stands beside an answer, and what it looks like."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import VIEWPORT
from tests.browser.explorer import Explorer
from tests.browser.stub import StubGateway

pytestmark = pytest.mark.browser

STOCK = """{ stock { edges { node { name price { amount currency } since tags shelves { row } } }
pageInfo { hasNextPage } } }"""


@pytest.fixture
async def explorer(browser: Browser, stub: StubGateway) -> AsyncIterator[Explorer]:
    """As a reader in Berlin sees it."""
    context = await browser.new_context(
        viewport=VIEWPORT, timezone_id="Europe/Berlin", locale="en-GB"
    )
    explorer = Explorer(await context.new_page(), stub.origin)
    await explorer.open()
    yield explorer
    await explorer.check_conduct()
    await context.close()


async def test_status_duration_and_size_stand_beside_the_answer(explorer: Explorer) -> None:
    status = explorer.answer.get_by_role("status")
    await expect(status).to_have_text("Not run yet")
    await explorer.run()
    await expect(status).to_have_text(re.compile(r"^200 OK[\d.]+ m?s\d+ B$"))
    await explorer.show("Say it back")
    await expect(status).to_have_text("Not run yet")
    await explorer.show("List things")
    await expect(status).to_contain_text("200 OK")


async def test_a_connection_is_a_table_with_local_times(explorer: Explorer) -> None:
    await explorer.compose(STOCK)
    await explorer.run()
    await explorer.answer.get_by_role("button", name="Table").click()
    table = explorer.answer.get_by_role("table", name="stock")
    await expect(table).to_contain_text("2 rows, more follow")
    await expect(table.get_by_role("columnheader")).to_have_text(
        ["name", "price", "since", "tags", "shelves", "row"]
    )
    row = table.get_by_role("row").filter(has_text="Rye loaf").first
    await expect(row).to_contain_text("2.60 EUR")
    await expect(row).to_contain_text("bread, dark")
    await expect(row.get_by_role("time")).to_have_text(re.compile("18:30"))  # 16:30 UTC, in summer
    await explorer.answer.get_by_label("Local times").uncheck()
    await expect(row).to_contain_text("2026-07-01T16:30:00Z")


async def test_objects_are_lines_of_name_and_value(explorer: Explorer) -> None:
    await explorer.compose('{ me echo(text: "hello") things { id size } }')
    await explorer.run()
    await explorer.answer.get_by_role("button", name="Table").click()
    tables = explorer.page.get_by_role("region", name="Answer as tables")
    await expect(tables.get_by_role("row", name="echo hello")).to_be_visible()
    await expect(tables.get_by_role("row", name="me null")).to_be_visible()
    await expect(tables.get_by_role("table", name="things").get_by_role("row")).to_have_count(3)


async def test_json_keeps_its_text_and_shows_local_times_beside_it(explorer: Explorer) -> None:
    await explorer.compose(STOCK)
    answer = await explorer.run()
    assert answer["data"]["stock"]["edges"][0]["node"]["since"] == "2026-07-01T16:30:00Z"
    lines = explorer.answer.locator(".view-lines")
    await expect(lines).to_contain_text("18:30")
    await explorer.answer.get_by_label("Local times").uncheck()
    await expect(lines).not_to_contain_text("18:30")
    await explorer.reload()
    await expect(explorer.answer.get_by_label("Local times")).not_to_be_checked()
