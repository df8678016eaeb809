"""A browser for the whole run, a fresh profile and a watched page for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, ViewportSize, async_playwright, expect

from tests.browser.chromium import ARGUMENTS, executable
from tests.browser.explorer import Explorer
from tests.browser.stub import StubGateway, serving

PATIENCE = 60_000
"""Milliseconds: a machine may be busy with other tests."""
expect.set_options(timeout=PATIENCE)
VIEWPORT: ViewportSize = {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable(), args=list(ARGUMENTS), timeout=2 * PATIENCE
        )
        yield browser
        await browser.close()


@pytest.fixture
async def stub() -> AsyncIterator[StubGateway]:
    """A stub gateway of its own for each test."""
    async with serving(StubGateway()) as stub:
        yield stub


@pytest.fixture
async def explorer(browser: Browser, stub: StubGateway) -> AsyncIterator[Explorer]:
    """The stub's explorer, open; its conduct is checked when the test is over."""
    context = await browser.new_context(viewport=VIEWPORT)
    explorer = Explorer(await context.new_page(), stub.origin)
    await explorer.open()
    yield explorer
    await explorer.check_conduct()
    await context.close()
