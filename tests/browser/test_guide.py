"""The guide remembers what was done, and keeps to the account that was chosen."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.explorer import Explorer
from tests.browser.stub import SECRET

pytestmark = pytest.mark.browser


async def test_ticks_and_values_outlive_a_reload(explorer: Explorer) -> None:
    await explorer.show("List things")
    await explorer.run()
    await explorer.reload()
    guide = await explorer.panel("Guide")
    await expect(guide.get_by_role("button", name="List things (done)")).to_be_visible()
    await explorer.show("Paint a thing")
    await expect(guide.locator("dd").first).to_have_text("t1")
    assert await explorer.run() == {"data": {"paint": {"id": "t1", "size": 4}}}


async def test_begin_again_forgets_ticks_and_values(explorer: Explorer) -> None:
    await explorer.run()
    guide = await explorer.panel("Guide")
    await expect(guide).to_contain_text("1 step done.")
    await guide.get_by_role("button", name="Begin again").click()
    await expect(guide.get_by_role("button", name="List things (done)")).to_have_count(0)
    await explorer.reload()
    await expect(guide.get_by_role("button", name="List things (done)")).to_have_count(0)


async def test_only_what_later_steps_take_is_kept(explorer: Explorer) -> None:
    await explorer.show("Say it back")
    await explorer.write("Variables", '{"text": "nobody takes this"}')
    await explorer.run()
    await explorer.show("List things")
    await explorer.run()
    await explorer.settled()
    kept = await explorer.page.evaluate("sessionStorage['explorer:progress']")
    assert '"Things":{"things":{"0":{"id":"t1"},"1":{"size":4}}}' in kept
    assert "nobody takes this" not in kept


async def test_the_chosen_account_is_kept_to(explorer: Explorer) -> None:
    await explorer.sign_in("bob", SECRET)
    await explorer.sign_in("ann", SECRET)
    panel = await explorer.panel("Accounts")
    await panel.get_by_label("ann").click()
    await explorer.show("List things")
    await explorer.run()
    await explorer.show("Paint a thing")
    guide = await explorer.panel("Guide")
    await expect(guide).to_contain_text("Runs as ann, as you chose.")
    await explorer.run()
    assert explorer.requests[-1].headers["authorization"].endswith(".ann")
    await guide.get_by_role("button", name="Let each step choose").click()
    await expect(guide).to_contain_text("Runs as bob")
    await explorer.run()
    assert explorer.requests[-1].headers["authorization"].endswith(".bob")


async def test_nobody_is_a_choice_too(explorer: Explorer) -> None:
    await explorer.sign_in("bob", SECRET)
    panel = await explorer.panel("Accounts")
    await panel.get_by_label("Nobody").check()
    await explorer.show("List things")
    await explorer.run()
    await explorer.show("Paint a thing")
    await explorer.run()
    assert "authorization" not in explorer.requests[-1].headers


async def test_a_role_runs_as_the_account_that_had_it_last(explorer: Explorer) -> None:
    await explorer.sign_in("bob", SECRET)
    await explorer.sign_in("bea", SECRET)
    await explorer.sign_in("ann", SECRET)
    await explorer.show("List things")
    await explorer.run()
    await explorer.show("Paint a thing")
    await explorer.run()
    assert explorer.requests[-1].headers["authorization"].endswith(".bea")


async def test_signing_out_leaves_nobody_and_not_somebody_else(explorer: Explorer) -> None:
    await explorer.sign_in("bob", SECRET)
    await explorer.sign_in("ann", SECRET)
    panel = await explorer.panel("Accounts")
    await panel.get_by_role("listitem").filter(has_text="ann").get_by_text("Sign out").click()
    await expect(panel.get_by_label("Nobody")).to_be_checked()
    await explorer.show("List things")
    await explorer.run()
    assert "authorization" not in explorer.requests[-1].headers
