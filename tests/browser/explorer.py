"""The explorer as a person uses it, and everything that a page must not do while they do."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import ConsoleMessage, FloatRect, Locator, Page, Request, expect

_REPORT_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`);
});
"""
# GraphiQL stores tabs a moment after they changed, once for every change.
_NOTE_WRITES = """
window.lastWrite = performance.now();
const setItem = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, value) {
  window.lastWrite = performance.now();
  return setItem.call(this, key, value);
};
"""
_PASTE = """(text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true });
  document.activeElement.dispatchEvent(paste);
}"""
# Timers ring in order: after one that is longer than GraphiQL's none of those before it is left.
_SETTLED = """async (since) => {
  const before = lastWrite;
  if (before <= since) return false;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return lastWrite === before;
}"""
_HEADER = "(({x, y}) => [x, y])(document.querySelector('.explorer-header').getBoundingClientRect())"
_REACH = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
_WINDOW = "[innerWidth, innerHeight]"
_TEXT = """(name) => __MONACO.editor.getModels()
  .find((model) => model.uri.path.endsWith(name)).getValue()"""


async def box_of(locator: Locator) -> FloatRect:
    """Return where something stands that is in view."""
    box = await locator.bounding_box()
    assert box is not None
    return box


class Explorer:
    """One open page. `requests` are the GraphQL requests it sent, without introspection."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.requests: list[Request] = []
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        self.header: list[float] = []
        page.set_default_timeout(60_000)
        page.on("request", self._note_request)
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if (
            parts.scheme not in {"data", "blob"}
            and f"{parts.scheme}://{parts.netloc}" != self.origin
        ):
            self.elsewhere.append(request.url)
        if request.method == "POST" and "__schema" not in (request.post_data or ""):
            self.requests.append(request)

    def _note_console(self, message: ConsoleMessage) -> None:
        # A refused introspection answers 4xx, which Chromium reports of its own accord.
        if message.type == "error" and "the server responded with a status" not in message.text:
            self.complaints.append(message.text)

    async def open(self, path: str = "/graphql") -> None:
        """Load the page and wait for the editors."""
        await self.page.add_init_script(_REPORT_VIOLATIONS + _NOTE_WRITES)
        await self.page.goto(f"{self.origin}{path}")
        await self._ready()

    async def reload(self) -> None:
        """Load the page again, as a person would."""
        await self.page.reload()
        await self._ready()

    async def _ready(self) -> None:
        for editor in (".graphiql-query-editor", ".graphiql-response"):
            await expect(self.page.locator(f"{editor} .view-lines")).to_be_attached()
        self.header = await self.header_place()

    async def header_place(self) -> list[float]:
        """Return where the page's head stands; it never moves unless its neighbours are resized."""
        place: list[float] = await self.page.evaluate(_HEADER)
        return place

    async def check_conduct(self) -> None:
        """Assert that nothing was asked of another origin, refused by the policy, or went wrong.

        The page fills the window: its parts scroll, it never does, and its head stays in place.
        """
        assert await self.header_place() == self.header
        assert await self.page.evaluate(_REACH) == await self.page.evaluate(_WINDOW)
        assert self.elsewhere == []
        assert await self.page.evaluate("window.violations") == []
        assert self.complaints == []

    def button(self, name: str) -> Locator:
        """Return the first button of that name."""
        return self.page.get_by_role("button", name=name).first

    async def panel(self, name: str) -> Locator:
        """Open the panel of that name and return it."""
        if await self.button(f"Show {name}").count():
            await self.button(f"Show {name}").click()
        return self.page.get_by_role("region", name=name)

    async def show(self, title: str) -> None:
        """Choose a step in the guide."""
        guide = await self.panel("Guide")
        await guide.get_by_role("button", name=re.compile(f"^{re.escape(title)}")).click()
        await expect(self.page.get_by_role("tab", selected=True)).to_contain_text(title)

    async def run(self) -> Any:
        """Press the button and return the answer as the page shows it."""
        response = self.page.locator(".graphiql-response")
        await self.page.locator(".graphiql-execute-button").click()
        await expect(response.locator(".graphiql-spinner")).to_have_count(0)
        await self._until(f"({_TEXT})('response.json') !== ''")
        return json.loads(await self.text("response.json"))

    async def text(self, editor: str) -> str:
        """Return an editor's text: operation.graphql, variables.json or response.json."""
        return str(await self.page.evaluate(_TEXT, editor))

    async def shows(self, editor: str, part: str) -> None:
        """Wait until an editor's text has a part."""
        await self._until(f"([name, part]) => ({_TEXT})(name).includes(part)", [editor, part])

    async def write(self, editor: str, text: str) -> None:
        """Paste a text over what an editor holds: Operation Editor or Variables."""
        region = self.page.get_by_role("region", name=editor)
        if editor == "Variables":
            await region.get_by_role("button", name="JSON").click()
        since = await self.now()
        await region.locator(".monaco-editor:visible").first.click()
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.press("Delete")
        # pasted, because an editor closes the quotes and brackets that one types
        await self.page.evaluate(_PASTE, text)
        await self.settled(since)

    async def now(self) -> float:
        """Return the page's clock, in milliseconds."""
        return float(await self.page.evaluate("performance.now()"))

    async def settled(self, since: float = 0) -> None:
        """Wait until GraphiQL has stored what has changed (after ``since``)."""
        await self._until(_SETTLED, since)

    async def _until(self, condition: str, argument: Any = None) -> None:
        """Wait until a JavaScript condition holds.

        Asked from outside each time: a page that asked itself again would need ``eval``, which the
        policy forbids.
        """
        async with asyncio.timeout(60):
            while not await self.page.evaluate(condition, argument):
                await asyncio.sleep(0.05)

    async def compose(self, operation: str, variables: str = "") -> None:
        """Write an operation of one's own in a new tab."""
        await self.button("New tab").click()
        await self.write("Operation Editor", operation)
        if variables:
            await self.write("Variables", variables)

    @property
    def account(self) -> Locator:
        """What says, beside the tabs, who the next request runs as."""
        return self.page.locator(".explorer-chip")

    async def try_to_sign_in(self, name: str, secret: str) -> None:
        """Send the form, whatever comes of it."""
        panel = await self.panel("Accounts")
        await panel.get_by_label("Name").fill(name)
        await panel.get_by_label("Secret").fill(secret)
        await panel.get_by_role("button", name="Sign in", exact=True).click()

    async def sign_in(self, name: str, secret: str) -> None:
        """Sign in with the form, and wait until it is done."""
        await self.try_to_sign_in(name, secret)
        await expect(self.account).to_have_text(name)

    @property
    def answer(self) -> Locator:
        """The part that holds what came back."""
        return self.page.get_by_role("region", name="Answer", exact=True)

    @property
    def banner(self) -> Locator:
        """What is said above the answer where something failed."""
        return self.answer.get_by_role("alert")

    async def stored(self) -> str:
        """Return all that the browser keeps of the page."""
        kept = await self.page.evaluate(
            "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
        )
        return str(kept)

    def sent(self) -> dict[str, Any]:
        """Return the body of the latest GraphQL request."""
        body = json.loads(self.requests[-1].post_data or "")
        assert isinstance(body, dict)
        return body
