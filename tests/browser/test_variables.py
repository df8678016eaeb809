"""The variables' form and their JSON: two views of one text."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.browser.conftest import VIEWPORT
from tests.browser.explorer import Explorer, box_of
from tests.browser.stub import SECRET, StubGateway

pytestmark = pytest.mark.browser

ORDER = "mutation Make($input: Order!) { order(input: $input) }"


@pytest.fixture
async def explorer(browser: Browser, stub: StubGateway) -> AsyncIterator[Explorer]:
    """As somebody in Berlin types into it."""
    context = await browser.new_context(viewport=VIEWPORT, timezone_id="Europe/Berlin")
    explorer = Explorer(await context.new_page(), stub.origin)
    await explorer.open()
    yield explorer
    await explorer.check_conduct()
    await context.close()


async def _form(explorer: Explorer) -> Locator:
    region = explorer.page.get_by_role("region", name="Variables")
    await region.get_by_role("button", name="Form").click()
    return region.locator(".explorer-fields")


async def _json(explorer: Explorer) -> Any:
    return json.loads(await explorer.text("variables.json") or "{}")


async def test_every_kind_of_value_is_typed_into_a_field_of_its_kind(explorer: Explorer) -> None:
    await explorer.compose(ORDER)
    form = await _form(explorer)
    await form.get_by_label("name String!").fill("Rye")
    await form.get_by_label("colour Colour", exact=True).select_option("GREEN")
    await form.get_by_label("day Date", exact=True).fill("2026-12-24")
    await form.get_by_label("at DateTime").fill("2026-07-01T18:30")
    await form.get_by_label("count Int").fill("3")
    await form.get_by_label("fragile Boolean").select_option("true")
    await form.get_by_role("checkbox", name="BLUE").check()
    await form.get_by_role("checkbox", name="RED").check()
    for index, tag in enumerate(("fresh", "dark"), 1):
        await form.get_by_role("button", name="Add to tags").click()
        await form.get_by_label(f"tags {index}", exact=True).fill(tag)
    await form.get_by_role("button", name="Fill in box").click()
    await form.get_by_label("width Int!").fill("12")
    typed = {
        "name": "Rye",
        "colour": "GREEN",
        "day": "2026-12-24",
        "at": "2026-07-01T16:30:00Z",
        "count": 3,
        "fragile": True,
        "colours": ["RED", "BLUE"],
        "tags": ["fresh", "dark"],
        "box": {"width": 12},
    }
    assert await _json(explorer) == {"input": typed}
    answer = await explorer.run()
    assert json.loads(answer["data"]["order"]) == typed


async def test_what_is_written_as_json_stands_in_the_form(explorer: Explorer) -> None:
    values = {"name": "Bun", "colour": "RED", "at": "2026-12-24T07:05:00Z", "box": {"width": 4}}
    await explorer.compose(ORDER, json.dumps({"input": values}))
    form = await _form(explorer)
    await expect(form.get_by_label("name String!")).to_have_value("Bun")
    await expect(form.get_by_label("colour Colour", exact=True)).to_have_value("RED")
    await expect(form.get_by_label("at DateTime")).to_have_value("2026-12-24T08:05")
    await expect(form.get_by_label("width Int!")).to_have_value("4")
    await form.get_by_label("colour Colour", exact=True).select_option("")
    await form.get_by_role("button", name="Leave box out").click()
    await form.get_by_label("name String!").fill("")
    expected = {"name": "", "at": "2026-12-24T07:05:00Z"}
    assert await _json(explorer) == {"input": expected}


async def test_the_form_changes_one_value_and_leaves_the_text_as_it_was(explorer: Explorer) -> None:
    text = '{\n  // for the shop\n  "text": "a",   "n": 1\n}'
    await explorer.compose("query Mine($text: String, $n: Int) { echo(text: $text) }", text)
    form = await _form(explorer)
    await form.get_by_label("text String").fill("b")
    assert await explorer.text("variables.json") == text.replace('"a"', '"b"')


async def test_a_template_shows_its_value_and_can_be_replaced(explorer: Explorer) -> None:
    await explorer.show("Paint a thing")
    form = await _form(explorer)
    await expect(form.get_by_label("id ID!")).to_have_value("{{Things.things.0.id}}")
    await expect(form).to_contain_text("no value yet")
    await explorer.show("List things")
    await explorer.run()
    await explorer.show("Paint a thing")
    await expect(form).to_contain_text("now t1")
    await form.get_by_role("button", name="Use a value of my own").last.click()
    await form.get_by_label("size Int").fill("9")
    assert await _json(explorer) == {"id": "{{Things.things.0.id}}", "size": 9}
    assert await explorer.run() == {"data": {"paint": {"id": "t1", "size": 9}}}


async def test_broken_json_is_mended_as_json(explorer: Explorer) -> None:
    await explorer.compose("query Mine($text: String) { echo(text: $text) }", '{"text": ')
    region = explorer.page.get_by_role("region", name="Variables")
    await region.get_by_role("button", name="Form").click()
    await region.get_by_role("button", name="Mend them as JSON").click()
    await expect(region.locator(".monaco-editor:visible")).to_be_visible()


async def test_a_secret_is_not_seen_and_control_enter_runs(explorer: Explorer) -> None:
    await explorer.compose(
        "mutation Enter($name: String!, $word: String!, $secret: String!) {"
        " enter(name: $name, secret: $secret) { access } }"
    )
    form = await _form(explorer)
    await form.get_by_label("name String!").fill("ann")
    secret = form.get_by_label("secret String!")
    await expect(secret).to_have_attribute("type", "password")
    await form.get_by_label("word String!").fill("x")
    await secret.fill(SECRET)
    await secret.press("Control+Enter")
    await expect(explorer.answer.get_by_role("status")).to_contain_text("200")
    assert explorer.sent()["variables"]["secret"] == SECRET


async def test_form_and_json_stand_side_by_side_where_there_is_room(explorer: Explorer) -> None:
    await explorer.show("Paint a thing")
    await explorer.page.set_viewport_size({"width": 2200, "height": 1000})
    form = await _form(explorer)
    json_part = explorer.page.locator(".explorer-json-part")
    await expect(json_part).to_be_visible()
    left, right = await box_of(form), await box_of(json_part)
    assert left["x"] + left["width"] <= right["x"] + 1
    explorer.header = await explorer.header_place()


async def test_what_was_just_typed_is_there_after_a_look_at_another_tab(explorer: Explorer) -> None:
    await explorer.show("Paint a thing")
    form = await _form(explorer)
    await form.get_by_label("id ID!").fill("t9")
    await explorer.page.get_by_role("tab", name="Read a note").click()
    await explorer.page.get_by_role("tab", name="Paint a thing").click()
    await expect(form.get_by_label("id ID!")).to_have_value("t9")
