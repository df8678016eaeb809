"""Failures: said above the answer and in the guide, each with the next step in it."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.explorer import Explorer
from tests.browser.stub import SECRET

pytestmark = pytest.mark.browser

FAIL = '{ fail(code: "%s") }'


async def test_whoever_must_sign_in_is_led_there(explorer: Explorer) -> None:
    await explorer.compose(FAIL % "UNAUTHENTICATED")
    await explorer.run()
    await expect(explorer.banner).to_contain_text("Sign in first.")
    await expect(explorer.answer.get_by_role("status")).to_contain_text("1 error")
    await explorer.banner.get_by_role("button", name="Sign in").click()
    await expect(explorer.page.get_by_label("Name")).to_be_focused()


async def test_an_account_that_may_not_is_offered_another(explorer: Explorer) -> None:
    await explorer.show("Paint a thing")
    await explorer.write("Operation Editor", "query Paint { " + (FAIL % "FORBIDDEN")[1:])
    await explorer.write("Variables", "{}")
    await explorer.sign_in("ann", SECRET)
    await explorer.run()
    await expect(explorer.banner).to_contain_text("ann may not do this.")
    await expect(explorer.banner).to_contain_text("an account with the role painter")
    await explorer.banner.get_by_role("button", name="Sign in as Bob").click()
    await expect(explorer.account).to_have_text("bob")


async def test_a_value_that_is_not_accepted_is_shown_in_its_field(explorer: Explorer) -> None:
    await explorer.compose(
        "query Fail($one: String, $text: String) {"
        ' fail(code: "BAD_USER_INPUT", path: "text", text: $text) echo(text: $one) }',
        '{"text": "much too much"}',
    )
    await explorer.run()
    await expect(explorer.banner).to_contain_text("text: Too long.")
    await explorer.page.get_by_role("button", name="Form").click()
    await explorer.banner.get_by_role("button", name="Change the variables").click()
    field = explorer.page.get_by_label("text String", exact=True)
    await expect(field).to_be_focused()
    await expect(field).to_have_accessible_description("Too long.")


async def test_hints_of_the_configuration_come_first(explorer: Explorer) -> None:
    await explorer.show("Say it back")
    await explorer.write("Operation Editor", "query Echo { " + (FAIL % "LOST")[1:])
    await explorer.write("Variables", "{}")
    await explorer.run()
    guide = await explorer.panel("Guide")
    for place in (explorer.banner, guide):
        await expect(place).to_contain_text("It was lost: list things again.")
        await expect(place).to_contain_text("It failed.")
    await guide.get_by_role("button", name="Open “List things”").click()
    await explorer.shows("operation.graphql", "query Things")


async def test_an_unknown_code_says_what_the_server_said(explorer: Explorer) -> None:
    await explorer.compose('{ fail(code: "NEW", text: "The cat sits on it.") }')
    await explorer.run()
    await expect(explorer.banner).to_have_text("The cat sits on it.")


async def test_a_server_out_of_reach_is_said_and_tried_again(explorer: Explorer) -> None:
    await explorer.page.route("**/graphql", lambda route: route.abort())
    await explorer.run()
    await expect(explorer.banner).to_contain_text("The server cannot be reached.")
    await explorer.page.unroute("**/graphql")
    await explorer.banner.get_by_role("button", name="Run again").click()
    await expect(explorer.answer.get_by_role("status")).to_contain_text("200 OK")
    explorer.complaints.clear()  # Chromium's own line about the refused connection


async def test_variables_that_are_no_json_are_said_above_the_answer(explorer: Explorer) -> None:
    await explorer.compose("query Mine($text: String) { echo(text: $text) }", '{"text": ')
    await explorer.run()
    await expect(explorer.banner).to_contain_text("Request not sent.")
    await expect(explorer.answer.get_by_role("status")).to_contain_text("Not sent")
    assert explorer.requests == []
