"""What a browser keeps of a page: never a token, a password or an answer."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import expect

from tests.browser.explorer import Explorer
from tests.browser.stub import SECRET

pytestmark = pytest.mark.browser

ENTER = 'mutation Enter { enter(name: "ann", secret: "%s") { access } }'


async def test_tokens_and_passwords_of_the_panel_are_not_kept(explorer: Explorer) -> None:
    await explorer.show("Paint a thing")
    await explorer.button("Sign in as Bob").click()
    await expect(explorer.account).to_have_text("bob")
    await explorer.show("List things")
    await explorer.run()
    token = explorer.requests[-1].headers["authorization"].removeprefix("Bearer ")
    await explorer.settled()
    kept = await explorer.stored()
    assert "graphiql:tabState" in kept
    for secret in (SECRET, token, "r-bob", "bob"):
        assert secret not in kept
    await explorer.reload()
    await expect(explorer.button("Sign in").first).to_be_visible()


async def test_a_password_in_a_mutation_is_not_kept(explorer: Explorer) -> None:
    await explorer.compose(ENTER % SECRET)
    await explorer.run()
    assert SECRET in explorer.sent()["query"]
    assert SECRET not in await explorer.stored()
    await explorer.reload()
    assert SECRET not in await explorer.text("operation.graphql")


async def test_a_password_in_half_a_mutation_is_not_kept(explorer: Explorer) -> None:
    await explorer.compose((ENTER % SECRET).rstrip("} "))
    assert SECRET not in await explorer.stored()


async def test_variables_of_a_mutation_are_not_kept(explorer: Explorer) -> None:
    await explorer.show("Paint a thing")
    await explorer.write("Variables", json.dumps({"id": SECRET}))
    assert SECRET not in await explorer.stored()
    await explorer.reload()
    await explorer.shows("variables.json", "{{Things.things.0.id}}")


async def test_queries_are_kept_with_their_variables(explorer: Explorer) -> None:
    await explorer.compose("query Mine($text: String) { echo(text: $text) }", '{"text": "kept"}')
    await explorer.reload()
    await explorer.shows("operation.graphql", "query Mine")
    await explorer.shows("variables.json", "kept")


async def test_secrets_of_a_query_are_not_kept(explorer: Explorer) -> None:
    query = "query Mine($text: String, $token: String = SECRET) { a: echo(text: $text) echo }"
    await explorer.compose(
        query.replace("SECRET", json.dumps(SECRET)), json.dumps({"text": "kept", "token": SECRET})
    )
    kept = await explorer.stored()
    assert SECRET not in kept
    assert "kept" in kept
