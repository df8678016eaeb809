"""Subgraphs' response headers: named ones only, Cache-Control combined to the strictest."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.http.reply_headers import reply_headers
from gateway.request.gathered import ReplyHeaders
from gateway.request.response import GraphQLResponse
from gateway.subgraphs.protocol import SubgraphReply
from tests.gateway.http.shop import SUPERGRAPH
from tests.testkit.gateway import running_gateway
from tests.testkit.subgraphs import InMemorySubgraphs

CACHE = frozenset({"cache-control"})
VARY = b"accept, authorization"


def combined(*values: str | None, errors: bool = False) -> str | None:
    replies = [
        ReplyHeaders("s", {} if value is None else {"cache-control": (value,)}) for value in values
    ]
    answer = GraphQLResponse(data={}, errors=[{"message": "x"}] if errors else [], replies=replies)
    found = dict(reply_headers([answer], CACHE, VARY)).get(b"cache-control")
    return None if found is None else found.decode()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((None, None), None),
        (("max-age=60",), "max-age=60"),
        (("max-age=60, public", "max-age=5"), "max-age=5"),
        (("max-age=60, public", "max-age=5, public"), "max-age=5, public"),
        (("max-age=60, private", "max-age=5"), "max-age=5, private"),
        (("max-age=60", "no-store"), "no-store"),
        (("max-age=60", "no-cache"), "no-store"),
        (("max-age=60", None), "no-store"),
        (("public", "max-age=1"), "no-store"),
        (("max-age=60, public, s-maxage=0",), "max-age=0, public"),
        (("max-age=60, public, s-maxage=600", "max-age=90, public"), "max-age=60, public"),
        (("s-maxage=600, public",), "no-store"),
    ],
)
def test_the_strictest_wins(values: tuple[str | None, ...], expected: str | None) -> None:
    assert combined(*values) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("max-age=60", "private"), "max-age=60, private"),
        (("public", "max-age=60"), "max-age=60, public"),
        (("max-age=60", "no-store"), "no-store"),
        (("max-age=60", "max-age=5"), "max-age=5"),
        (("private", "public"), "no-store"),
    ],
)
def test_lines_of_one_reply_are_one_header(lines: tuple[str, ...], expected: str) -> None:
    replies = [ReplyHeaders("s", {"cache-control": lines})]
    found = dict(reply_headers([GraphQLResponse(data={}, replies=replies)], CACHE, VARY))
    assert found[b"cache-control"].decode() == expected


def test_any_error_means_no_store() -> None:
    assert combined("max-age=60", errors=True) == "no-store"


def test_an_answer_to_a_token_is_never_public() -> None:
    replies = [ReplyHeaders("s", {"cache-control": ("max-age=60, public",)})]
    headers = reply_headers(
        [GraphQLResponse(data={}, replies=replies)], CACHE, VARY, has_token=True
    )
    assert (b"cache-control", b"max-age=60, private") in headers
    assert (b"vary", b"accept, authorization") in headers


def test_only_named_headers_pass_and_none_can_be_split() -> None:
    replies = [ReplyHeaders("s", {"x-a": ("1\r\nx-evil: 1",), "x-b": ("2",)})]
    headers = reply_headers([GraphQLResponse(data={}, replies=replies)], frozenset({"x-a"}), VARY)
    assert headers == [(b"x-a", b"1  x-evil: 1")]


def test_what_comes_several_times_passes_several_times() -> None:
    replies = [
        ReplyHeaders("s", {"set-cookie": ("a=1; path=/", "b=2, 3")}),
        ReplyHeaders("t", {"set-cookie": ("c=4",)}),
    ]
    headers = reply_headers(
        [GraphQLResponse(data={}, replies=replies)], frozenset({"set-cookie"}), VARY
    )
    assert [value for _, value in headers] == [b"a=1; path=/", b"b=2, 3", b"c=4"]


def test_the_strictest_of_one_replys_several_cache_controls_wins() -> None:
    for values in (("max-age=60", "max-age=5"), ("max-age=60, max-age=5",)):
        replies = [ReplyHeaders("s", {"cache-control": values})]
        headers = reply_headers([GraphQLResponse(data={}, replies=replies)], CACHE, VARY)
        assert headers[0] == (b"cache-control", b"max-age=5")


def test_what_belongs_to_the_connection_never_passes() -> None:
    replies = [ReplyHeaders("s", {"content-length": ("1",), "transfer-encoding": ("chunked",)})]
    passed = frozenset({"content-length", "transfer-encoding"})
    assert reply_headers([GraphQLResponse(data={}, replies=replies)], passed, VARY) == []


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({}, {"accept", "accept-language", "authorization"}),
        (
            {"all_subgraphs": {"headers": {"forward": ["cookie"], "rename": {"x-a": "x-b"}}}},
            {"accept", "authorization", "cookie", "x-a"},
        ),
    ],
)
async def test_a_cache_is_told_of_all_that_may_have_decided_the_answer(
    settings: dict[str, Any], names: set[str]
) -> None:
    """Of each header that travels, but those that only trace."""
    content = {"content-type": ("application/json",), "cache-control": ("max-age=60, public",)}
    reply = SubgraphReply(200, b'{"data":{"hello":"Hallo"}}', content)
    subgraphs = InMemorySubgraphs(shop=lambda _: reply)
    query, safe = {"query": "{ hello }"}, {"x-requested-with": "test"}
    async with running_gateway(SUPERGRAPH, subgraphs, **settings) as gateway:
        response = await gateway.client.get("/graphql", params=query, headers=safe)
    assert response.headers["cache-control"] == "max-age=60, public"
    assert set(response.headers["vary"].split(", ")) == names
