"""What leaves the page: a command, a link, the history. Never a secret."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
from collections.abc import AsyncIterator
from urllib.request import Request, urlopen

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import VIEWPORT
from tests.browser.explorer import Explorer
from tests.browser.stub import SECRET, StubGateway

pytestmark = pytest.mark.browser

ENTER = """mutation Enter($name: String!, $secret: String!) {
  enter(name: $name, secret: $secret) { access }
}"""
LITERAL = f"""mutation Enter {{
  enter(name: "ann", secret: {json.dumps(SECRET)}) {{ access }}
}}"""
ECHO = "query Mine($text: String) { echo(text: $text) }"


@pytest.fixture
async def explorer(browser: Browser, stub: StubGateway) -> AsyncIterator[Explorer]:
    """A page that may use the clipboard."""
    context = await browser.new_context(
        viewport=VIEWPORT, permissions=["clipboard-read", "clipboard-write"]
    )
    explorer = Explorer(await context.new_page(), stub.origin)
    await explorer.open()
    yield explorer
    await explorer.check_conduct()
    await context.close()


async def _copied(explorer: Explorer, button: str, notice: str) -> str:
    await explorer.button(button).click()
    await expect(explorer.page.get_by_text(notice)).to_be_visible()
    return str(await explorer.page.evaluate("navigator.clipboard.readText()"))


def _sent_by(command: str) -> tuple[str, dict[str, str], bytes]:
    """Read a command as a shell would: the address, the headers, the body."""
    words = shlex.split(command.replace("\\\n", " "))
    headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
    return words[1], headers, words[words.index("--data-raw") + 1].encode()


async def test_the_command_sends_the_same(explorer: Explorer) -> None:
    await explorer.compose(ECHO, json.dumps({"text": "it’s 'quoted' \"twice\" $HOME \\"}))
    expected = await explorer.run()
    url, headers, body = _sent_by(await _copied(explorer, "Copy as curl", "Copied as curl."))
    assert "authorization" not in headers
    request = Request(url, body, headers)
    with await asyncio.to_thread(urlopen, request) as answer:
        assert json.load(answer) == expected


async def test_the_command_has_no_secret(explorer: Explorer) -> None:
    await explorer.sign_in("bob", SECRET)
    await explorer.compose(ENTER, json.dumps({"name": "ann", "secret": SECRET}))
    await explorer.run()
    token = explorer.requests[-1].headers["authorization"].removeprefix("Bearer ")
    command = await _copied(explorer, "Copy as curl", "Put an access token in $TOKEN")
    assert "Bearer $TOKEN" in command
    assert SECRET not in command
    assert token not in command
    assert _sent_by(command)[2].count(b"<secret>") == 1


async def test_literals_that_are_secrets_are_replaced(explorer: Explorer) -> None:
    await explorer.compose(LITERAL)
    for button, notice in (
        ("Copy as curl", "Copied as curl"),
        ("Copy a link to this operation", "Copied a link"),
    ):
        text = await _copied(explorer, button, notice)
        assert SECRET not in text
        assert SECRET[:4] not in text
    await explorer.write("Operation Editor", LITERAL.rstrip("}\n "))
    before = await explorer.page.evaluate("navigator.clipboard.readText()")
    assert await _copied(explorer, "Copy as curl", "Not copied") == before


async def test_a_link_opens_the_operation_and_runs_nothing(explorer: Explorer) -> None:
    await explorer.compose(ECHO, json.dumps({"text": "ünïcode ✓", "password": SECRET}))
    link = await _copied(explorer, "Copy a link to this operation", "Copied a link")
    assert link.startswith(f"{explorer.origin}/graphql#operation=")
    await explorer.page.goto("about:blank")
    await explorer.page.evaluate("1")
    await explorer.open(link.removeprefix(explorer.origin))
    assert explorer.page.url == f"{explorer.origin}/graphql"
    assert await explorer.text("operation.graphql") == ECHO
    assert json.loads(await explorer.text("variables.json")) == {"text": "ünïcode ✓"}
    assert explorer.requests == []
    assert (await explorer.run())["data"] == {"echo": "ünïcode ✓"}


async def test_a_link_to_a_step_is_short(explorer: Explorer) -> None:
    await explorer.show("Say it back")
    link = await _copied(explorer, "Copy a link to this operation", "Copied a link to this step.")
    assert link == f"{explorer.origin}/graphql#step=Echo"
    await explorer.show("List things")
    await explorer.page.evaluate("(link) => { location.href = link; }", link)
    await expect(explorer.page.get_by_role("tab", name="Say it back")).to_have_attribute(
        "aria-selected", "true"
    )


async def test_a_damaged_link_is_said(explorer: Explorer) -> None:
    await explorer.page.evaluate("location.hash = 'operation=x%'")
    await expect(explorer.page.get_by_text("The link is damaged")).to_be_visible()


async def test_the_history_has_times_and_variables_and_opens_again(explorer: Explorer) -> None:
    await explorer.compose(ECHO, '{"text": "first"}')
    await explorer.run()
    await explorer.show("List things")
    await explorer.run()
    await explorer.reload()
    history = await explorer.panel("History")
    entries = history.get_by_role("listitem")
    await expect(entries).to_have_count(2)
    await expect(entries.first).to_contain_text("List things")
    await expect(entries.last).to_contain_text('{ "text": "first" }')
    await expect(entries.last.get_by_role("time")).to_have_text(re.compile(r"\d\d:\d\d"))
    await entries.last.get_by_role("button").click()
    await expect(explorer.page.get_by_role("tab", selected=True)).to_have_text("Mine")
    assert (await explorer.run())["data"] == {"echo": "first"}
    await history.get_by_role("button", name="Clear the history").click()
    await expect(entries).to_have_count(0)


async def test_a_mutation_with_a_password_is_never_in_the_history(explorer: Explorer) -> None:
    await explorer.compose(ENTER, json.dumps({"name": "ann", "secret": SECRET}))
    await explorer.run()
    await explorer.compose(LITERAL)
    await explorer.run()
    await explorer.compose(
        "query Ask($text: String, $token: String) { echo(text: $text) a: echo(text: $token) }",
        json.dumps({"text": "open", "token": SECRET}),
    )
    await explorer.run()
    history = await explorer.panel("History")
    await expect(history.get_by_role("listitem")).to_have_count(1)
    await expect(history.get_by_role("listitem")).to_contain_text("open")
    await explorer.settled()
    assert SECRET not in await history.inner_text()
    kept = json.loads(await explorer.stored())
    assert SECRET not in json.dumps(kept[1])
