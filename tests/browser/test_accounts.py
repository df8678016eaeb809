"""Signing in, staying signed in, signing out."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.explorer import Explorer
from tests.browser.stub import SECRET, StubGateway

pytestmark = pytest.mark.browser


async def _me(explorer: Explorer) -> str | None:
    await explorer.show("List things")
    answer = await explorer.run()
    name: str | None = answer["data"]["me"]
    return name


async def test_requests_carry_the_token_of_who_is_signed_in(explorer: Explorer) -> None:
    assert await _me(explorer) is None
    assert "authorization" not in explorer.requests[-1].headers
    await explorer.sign_in("ann", SECRET)
    await expect(explorer.button("ann")).to_be_visible()
    assert await _me(explorer) == "ann"


async def test_a_wrong_password_says_so_and_signs_nobody_in(explorer: Explorer) -> None:
    await explorer.try_to_sign_in("ann", "guess")
    panel = await explorer.panel("Accounts")
    await expect(panel.get_by_role("alert")).to_have_text("Name or secret is wrong.")
    assert await _me(explorer) is None


async def test_signing_out_and_changing_accounts(explorer: Explorer) -> None:
    await explorer.sign_in("ann", SECRET)
    await explorer.sign_in("cid", SECRET)
    panel = await explorer.panel("Accounts")
    await panel.get_by_label("ann").check()
    assert await _me(explorer) == "ann"
    panel = await explorer.panel("Accounts")
    await panel.get_by_label("Nobody").check()
    assert await _me(explorer) is None
    panel = await explorer.panel("Accounts")
    for _ in range(2):
        await panel.get_by_role("button", name="Sign out").first.click()
    await expect(panel.get_by_role("radio")).to_have_count(0)


async def test_a_step_runs_as_an_account_with_its_role(explorer: Explorer) -> None:
    await explorer.show("Paint a thing")
    await explorer.button("Sign in as Bob").click()
    await expect((await explorer.panel("Guide")).get_by_text("Runs as bob")).to_be_visible()
    await explorer.sign_in("ann", SECRET)
    assert await _me(explorer) == "ann"
    await explorer.show("Paint a thing")
    await explorer.run()
    assert explorer.requests[-1].headers["authorization"].endswith(".bob")
    await expect(explorer.button("bob")).to_be_visible()


async def test_a_token_is_renewed_before_it_expires(explorer: Explorer, stub: StubGateway) -> None:
    stub.seconds = 3
    await explorer.sign_in("ann", SECRET)
    await asyncio.wait_for(stub.renewed.wait(), 60)
    assert stub.renewals == 1
    assert await _me(explorer) == "ann"


async def test_a_token_that_the_server_calls_expired_is_renewed_and_the_request_repeated(
    explorer: Explorer, stub: StubGateway
) -> None:
    await explorer.sign_in("ann", SECRET)
    assert await _me(explorer) == "ann"
    stub.expired.add(explorer.requests[-1].headers["authorization"].removeprefix("Bearer "))
    assert await _me(explorer) == "ann"
    assert stub.renewals == 1


async def test_a_refused_renewal_signs_out_and_says_why(
    explorer: Explorer, stub: StubGateway
) -> None:
    await explorer.sign_in("ann", SECRET)
    assert await _me(explorer) == "ann"
    stub.expired.add(explorer.requests[-1].headers["authorization"].removeprefix("Bearer "))
    stub.refuse_renewal = True
    await explorer.show("List things")
    await explorer.run()
    await expect(explorer.banner).to_contain_text("Not sent: the session of ann has ended.")
    await expect(explorer.account).to_have_text("Sign in again")
    notice = explorer.page.get_by_role("alert").filter(has_text="The session of ann has ended")
    await expect(notice.last).to_contain_text("The ticket is void.")
    await notice.last.get_by_role("button", name="Sign in again").click()
    panel = explorer.page.get_by_role("region", name="Accounts")
    await expect(panel.get_by_role("status")).to_contain_text("The ticket is void.")
    await expect(panel.get_by_label("Name")).to_be_focused()
    assert "renew" in explorer.sent()["query"]  # what was begun as ann is not sent as nobody


async def test_the_schema_is_read_again_for_who_signed_in(
    explorer: Explorer, stub: StubGateway
) -> None:
    stub.schema_for_all = False
    await explorer.reload()
    await explorer.panel("Documentation Explorer")
    await expect(explorer.page.get_by_text("Error fetching schema")).to_be_visible()
    await expect(explorer.banner).to_contain_text("Introspection needs an access token.")
    await explorer.banner.get_by_role("button", name="Sign in").click()
    await expect(explorer.page.get_by_label("Name")).to_be_focused()
    await explorer.sign_in("ann", SECRET)
    await explorer.panel("Documentation Explorer")
    await expect(explorer.page.get_by_role("link", name="Query")).to_be_visible()
