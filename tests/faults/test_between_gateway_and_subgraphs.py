"""Faults 36 to 43: what happens between the gateway and its subgraphs, over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from gateway.composition import SubgraphSource, compose
from gateway.config.settings import GatewaySettings
from gateway.http.app import create_app
from tests.testkit.gateway import RunningGateway, codes
from tests.testkit.ports import free_port
from tests.testkit.raw_server import (
    RawServer,
    Reply,
    dying,
    hanging_up,
    raw_server,
    silent,
    trickling,
    whole,
)
from tests.testkit.subgraphs import GraphQLSubgraph

LINK = '@link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])'
LIBRARY = f"""
extend schema {LINK}
type Query {{ books: [Book!] whoami: String }}
type Mutation {{ lend(id: ID!): Book }}
type Book @key(fields: "id") {{ id: ID! title: String }}
"""
STARS = f"""
extend schema {LINK}
type Query {{ top: Int }}
type Book @key(fields: "id") {{ id: ID! stars: Int }}
"""
BOOKS = [{"id": "1", "title": "one"}, {"id": "2", "title": "two"}]
QUERY = "{ books { title stars } }"
GIVEN: dict[str, Any] = {"supergraph_poll_seconds": 0}
"""Settings of every gateway here."""


@pytest.fixture(autouse=True, params=["http1", "pyreqwest", "httpx2"])
def _client(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever client the gateway uses, a fault ends the same."""
    monkeypatch.setitem(GIVEN, "subgraph_client", request.param)


class Served:
    """A subgraph on a real socket: a graphql-core schema, and the headers it saw."""

    def __init__(self, subgraph: GraphQLSubgraph) -> None:
        self.subgraph = subgraph
        self.headers: list[dict[str, str]] = []

    async def __call__(self, writer: asyncio.StreamWriter, server: RawServer) -> None:
        head, _, body = server.requests[-1].partition(b"\r\n\r\n")
        lines = (line.partition(": ") for line in head.decode("latin-1").split("\r\n")[1:])
        self.headers.append({name.lower(): value for name, _, value in lines})
        await asyncio.sleep(0.02)
        answer = await self.subgraph(json.loads(body))
        await whole(json.dumps(answer).encode())(writer, server)


def library() -> Served:
    lent = {"Mutation.lend": lambda _source, _info, id: {"id": id}}  # noqa: A006
    return Served(GraphQLSubgraph(LIBRARY, {"Query.books": lambda *_: BOOKS, **lent}))


def stars() -> Served:
    entities = {"Book": lambda r: {"id": r["id"], "stars": int(r["id"])}}
    return Served(GraphQLSubgraph(STARS, entities=entities))


@asynccontextmanager
async def gateway(
    folder: Path, library_url: str, stars_url: str, **settings: Any
) -> AsyncIterator[RunningGateway]:
    """A gateway whose subgraphs are at these URLs."""
    composed = compose(
        [
            SubgraphSource("library", library_url, LIBRARY),
            SubgraphSource("stars", stars_url, STARS),
        ]
    )
    file = folder / "supergraph.graphql"
    file.write_text(composed.supergraph_sdl)
    app = create_app(GatewaySettings(supergraph=str(file), **GIVEN, **settings))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://gateway.test"
        ) as client,
    ):
        yield RunningGateway(app, client)


GOOD = {"books": [{"title": "one", "stars": 1}, {"title": "two", "stars": 2}]}
PARTIAL = {"books": [{"title": "one", "stars": None}, {"title": "two", "stars": None}]}


async def answers(tmp_path: Path, *replies: Reply, query: str = QUERY, **settings: Any) -> Any:
    """One answer of a gateway whose stars subgraph replies in these ways."""
    async with (
        raw_server(library()) as first,
        raw_server(*replies) as second,
        gateway(tmp_path, first.url, second.url, **settings) as running,
    ):
        return await running.ask(query), second


@pytest.mark.parametrize(
    "field", ["_entities(representations: []) { __typename }", "_service { sdl }"]
)
async def test_36_federations_own_fields_are_unknown(tmp_path: Path, field: str) -> None:
    answer, _ = await answers(tmp_path, stars(), query=f"{{ {field} }}")
    assert codes(answer) == ["GRAPHQL_VALIDATION_FAILED"]
    assert "data" not in answer


async def test_37_what_a_client_says_of_itself_does_not_travel(tmp_path: Path) -> None:
    served = library()
    async with (
        raw_server(served) as first,
        gateway(tmp_path, first.url, first.url) as running,
    ):
        spoofed = {
            "x-user-id": "admin",
            "x-request-id": "mine",
            "x-client-ip": "6.6.6.6",
            "x-gateway-key": "guess",
            "cookie": "session=1",
            "accept-language": "de",
        }
        await running.ask("{ books { title } }", headers=spoofed)
    (seen,) = served.headers
    assert seen["accept-language"] == "de"
    assert seen["x-request-id"] != "mine"
    assert not {"x-user-id", "x-gateway-key", "cookie"} & seen.keys()
    assert seen.get("x-client-ip") != "6.6.6.6"


async def test_39_two_callers_share_nothing_and_mutations_both_run(tmp_path: Path) -> None:
    served = library()
    async with (
        raw_server(served) as first,
        gateway(tmp_path, first.url, first.url) as running,
    ):
        tokens = ["Bearer a.a.a", "Bearer b.b.b", None]
        await asyncio.gather(
            *(
                running.ask("{ whoami }", headers={"authorization": token} if token else {})
                for token in tokens
                for _ in range(2)
            )
        )
        seen = {headers.get("authorization") for headers in served.headers}
        assert seen == set(tokens)
        served.headers.clear()
        await asyncio.gather(
            *(running.ask('mutation { lend(id: "1") { title } }') for _ in range(3))
        )
        assert len(served.headers) == 3


async def test_40_a_byte_a_second_ends_at_the_deadline_with_what_there_is(tmp_path: Path) -> None:
    """Of the subgraph: the request's own is far away."""
    stars = {"stars": {"timeout_seconds": 0.3}}
    async with asyncio.timeout(60):
        answer, _ = await answers(tmp_path, trickling, subgraphs=stars, times={"request": 300})
    assert answer["data"] == PARTIAL
    assert codes(answer) == ["TIMEOUT"]
    assert answer["errors"][0]["path"] == ["books"]


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(whole(b"<html>secret stack</html>"), id="html"),
        pytest.param(whole(b'{"data": {"_entities": ["secret'), id="broken"),
        pytest.param(whole(b"{}"), id="no data"),
        pytest.param(whole(b'{"data":{"x":"secret"}}', status="500 Oh"), id="500"),
        pytest.param(whole(b"secret", status="302 Found", headers="location: /\r\n"), id="302"),
    ],
)
async def test_41_a_useless_answer_is_a_typed_error_that_echoes_nothing(
    tmp_path: Path, reply: Reply
) -> None:
    answer, _ = await answers(tmp_path, reply)
    assert answer["data"] == PARTIAL
    assert codes(answer) == ["UNAVAILABLE"]
    assert "secret" not in json.dumps(answer)


NOT_NOW = ["408 Timeout", "429 Slow", "502 Bad", "503 Busy", "504 Late"]


@pytest.mark.parametrize("status", NOT_NOW)
@pytest.mark.parametrize("body", [b"<html>secret</html>", b"", b'{"detail":"secret"}'])
async def test_240_a_status_that_passes_says_try_again(
    tmp_path: Path, status: str, body: bytes
) -> None:
    answer, server = await answers(tmp_path, whole(body, status=status))
    assert answer["data"] == PARTIAL
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "UNAVAILABLE"
    assert error["extensions"]["retryable"] is True
    assert "secret" not in json.dumps(answer)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", NOT_NOW)
async def test_240_of_a_mutation_it_says_that_nobody_knows(tmp_path: Path, status: str) -> None:
    async with (
        raw_server(whole(b"<html>secret</html>", status=status)) as first,
        gateway(tmp_path, first.url, first.url) as running,
    ):
        answer = await running.ask('mutation { lend(id: "1") { title } }')
    (error,) = answer["errors"]
    assert error["extensions"]["retryable"] is False
    assert "unknown whether it took effect" in error["message"]


async def test_241_a_refused_gateway_key_sends_nobody_to_sign_in_again(tmp_path: Path) -> None:
    refusal = b'{"errors":[{"message":"secret","extensions":{"code":"GATEWAY_KEY_REFUSED"}}]}'
    with capture_logs() as logged:
        answer, _ = await answers(tmp_path, whole(refusal, status="401 Unauthorized"))
    assert answer["data"] == PARTIAL
    assert codes(answer) == ["UNAVAILABLE"]
    assert "secret" not in json.dumps(answer)
    (failed,) = [line for line in logged if line["event"] == "fetch failed"]
    assert failed["reason"] == "the subgraph refuses the gateway key"


@pytest.mark.parametrize("death", [dying, hanging_up])
async def test_42_a_query_is_retried_once(tmp_path: Path, death: Reply) -> None:
    answer, server = await answers(tmp_path, death, stars())
    assert answer == {"data": GOOD}
    assert len(server.requests) == 2
    answer, server = await answers(tmp_path, death, death, stars())
    assert answer["data"] == PARTIAL
    assert len(server.requests) == 2


@pytest.mark.parametrize("death", [dying, hanging_up])
async def test_42_a_mutation_never_is(tmp_path: Path, death: Reply) -> None:
    async with (
        raw_server(death, library()) as first,
        gateway(tmp_path, first.url, first.url) as running,
    ):
        answer = await running.ask('mutation { lend(id: "1") { title } }')
    assert answer["data"] == {"lend": None}
    assert codes(answer) == ["UNAVAILABLE"]
    assert len(first.requests) == 1


@pytest.mark.parametrize("death", [dying, hanging_up])
async def test_42_also_on_a_connection_that_worked_before(tmp_path: Path, death: Reply) -> None:
    async with (
        raw_server(library()) as first,
        raw_server(stars(), death, stars()) as second,
        gateway(tmp_path, first.url, second.url) as running,
    ):
        for sent in (1, 3):
            assert await running.ask(QUERY) == {"data": GOOD}
            assert len(second.requests) == sent


@pytest.mark.parametrize("death", [dying, hanging_up])
async def test_42_a_mutation_is_not_repeated_on_such_a_connection_either(
    tmp_path: Path, death: Reply
) -> None:
    async with (
        raw_server(library(), death, library()) as first,
        gateway(tmp_path, first.url, first.url) as running,
    ):
        mutation = 'mutation { lend(id: "1") { title } }'
        await running.ask(mutation)
        before = len(first.requests)
        first.replies[before:] = [death, library()]
        answer = await running.ask(mutation)
    assert answer["data"] == {"lend": None}
    assert codes(answer) == ["UNAVAILABLE"]
    assert len(first.requests) == before + 1


async def test_43_restarted_twenty_times_the_gateway_recovers_by_itself(tmp_path: Path) -> None:
    async with raw_server(library()) as first:
        port = free_port()
        async with gateway(tmp_path, first.url, f"http://127.0.0.1:{port}/graphql") as running:
            down = await running.ask(QUERY)
            assert (down["data"], codes(down)) == (PARTIAL, ["UNAVAILABLE"])
            for _ in range(20):
                async with raw_server(stars(), port=port):
                    async with asyncio.timeout(60):
                        while (await running.ask(QUERY)).get("errors"):
                            await asyncio.sleep(0.05)
                down = await running.ask(QUERY)
                assert down["data"] == PARTIAL


async def test_43_clients_that_leave_do_not_open_the_breaker(tmp_path: Path) -> None:
    patient = {"subgraphs": {"stars": {"timeout_seconds": 120}}, "times": {"request": 120}}
    async with (
        raw_server(library()) as first,
        raw_server(*[silent] * 40, stars()) as second,
        gateway(tmp_path, first.url, second.url, **patient) as running,
    ):
        asking = [asyncio.create_task(running.ask(QUERY)) for _ in range(40)]
        async with asyncio.timeout(60):
            while len(second.requests) < 40:
                await asyncio.sleep(0.01)
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        second.replies[:] = [stars()]
        assert (await running.ask(QUERY)) == {"data": GOOD}


@pytest.mark.parametrize(("checked", "title"), [(True, None), (False, {"x": 1})])
async def test_a_subgraph_that_breaks_its_own_schema_is_checked_if_so_configured(
    tmp_path: Path, checked: bool, title: Any
) -> None:
    broken = whole(b'{"data":{"books":[{"title":{"x":1}}]}}')
    settings = {"library": {"passthrough": not checked}}
    async with (
        raw_server(broken) as first,
        gateway(tmp_path, first.url, first.url, subgraphs=settings) as running,
    ):
        answer = await running.ask("{ books { title } }")
    assert answer["data"] == {"books": [{"title": title}]}
    assert codes(answer) == (["INTERNAL"] if checked else [])
