"""Values that one step takes from another, and times relative to now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.browser.explorer import Explorer

pytestmark = pytest.mark.browser


async def test_a_step_takes_values_from_an_earlier_answer(explorer: Explorer) -> None:
    await explorer.show("List things")
    await explorer.run()
    await explorer.show("Paint a thing")
    answer = await explorer.run()
    assert explorer.sent()["variables"] == {"id": "t1", "size": 4}
    assert answer == {"data": {"paint": {"id": "t1", "size": 4}}}
    await explorer.shows("variables.json", "{{Things.things.0.id}}")


async def test_a_value_that_is_not_there_yet_is_asked_for_by_name(explorer: Explorer) -> None:
    await explorer.show("Paint a thing")
    await explorer.run()
    await expect(explorer.banner).to_contain_text("Run “List things” first")
    assert explorer.requests == []
    await explorer.banner.get_by_role("button", name="Open “List things”").click()
    await explorer.shows("operation.graphql", "query Things")


async def test_times_are_relative_to_now(explorer: Explorer) -> None:
    await explorer.show("Say it back")
    answer = await explorer.run()
    said = datetime.fromisoformat(answer["data"]["echo"])
    assert abs(said - datetime.now(UTC) - timedelta(hours=2)) < timedelta(minutes=1)


async def test_the_guide_shows_values_ticks_and_the_next_step(explorer: Explorer) -> None:
    await explorer.show("Paint a thing")
    guide = await explorer.panel("Guide")
    await expect(guide).to_contain_text("comes from “List things”")
    await explorer.show("List things")
    await explorer.run()
    await expect(guide.get_by_role("button", name="List things (done)")).to_be_visible()
    await guide.get_by_role("button", name="Next: Say it back").click()
    await explorer.shows("operation.graphql", "query Echo")


async def test_a_closed_or_changed_step_comes_back(explorer: Explorer) -> None:
    await explorer.show("Say it back")
    await explorer.page.get_by_role("button", name="Close Say it back").click()
    await explorer.show("List things")
    await explorer.show("Say it back")
    await explorer.shows("operation.graphql", "query Echo")
    await explorer.write("Operation Editor", "query Echo { me }")
    await explorer.button("Restore it").click()
    await explorer.shows("operation.graphql", "$text")
    await explorer.shows("variables.json", "{{now+2h}}")


async def test_a_link_is_taken_while_the_page_is_open(explorer: Explorer) -> None:
    await explorer.show("List things")
    await explorer.page.evaluate("location.hash = 'note=s3cret'")
    await expect(explorer.page.get_by_role("tab", name="Read a note")).to_have_attribute(
        "aria-selected", "true"
    )
    assert await explorer.run() == {"data": {"echo": "s3cret"}}


async def test_a_link_brings_a_value_and_its_step(explorer: Explorer) -> None:
    await explorer.show("Read a note")
    await explorer.run()
    await expect(explorer.banner).to_contain_text("from the link in a mail")
    await explorer.page.goto("about:blank")
    await explorer.open("/graphql#note=s3cret&other=1")
    assert await explorer.run() == {"data": {"echo": "s3cret"}}
    assert explorer.page.url == f"{explorer.origin}/graphql"
    assert "s3cret" not in await explorer.stored()
    await explorer.reload()
    await explorer.run()
    await expect(explorer.banner).to_contain_text("from the link in a mail")
