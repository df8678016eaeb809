"""Whatever bytes a subgraph sends: an answer, or a typed error that repeats nothing of them."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path

import pytest

from tests.faults.test_between_gateway_and_subgraphs import GIVEN, GOOD, PARTIAL, answers, gateway
from tests.testkit.gateway import codes
from tests.testkit.raw_server import (
    Reply,
    raw_server,
    resetting,
    sending,
    silent,
    trickling,
    whole,
)

BODY = b'{"data":{"_entities":[{"stars":1},{"stars":2}]}}'
LENGTH = f"content-length: {len(BODY)}"
MEGABYTE = b"secret" * 170_000
EARLY = b"HTTP/1.1 103 Early Hints\r\nlink: </secret>\r\n\r\n"


def head(*lines: str, status: str = "200 OK") -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", *lines, "", "")).encode()


def encoded(encoding: str, body: bytes) -> Reply:
    return whole(body, headers=f"content-encoding: {encoding}\r\n")


def raw_deflate(body: bytes) -> bytes:
    machine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return machine.compress(body) + machine.flush()


def with_stars(value: bytes) -> Reply:
    return whole(BODY.replace(b":1}", b":" + value + b"}"))


def beside(members: bytes) -> Reply:
    return whole(b"{" + members + b"," + BODY[1:])


def elsewhere(status: str, body: bytes = BODY) -> Reply:
    return whole(body, status=status, headers="location: http://127.0.0.1:9/secret\r\n")


READ = {
    "no media type": sending(head(LENGTH) + BODY),
    "100 before it": sending(b"HTTP/1.1 100 Continue\r\n\r\n" + head(LENGTH) + BODY),
    "103 before it": sending(EARLY, EARLY, head(LENGTH), BODY, pause=0.01),
    "cookies of all kinds": sending(
        head("set-cookie: a=1", "Set-Cookie: b=2; path=/", "set-cookie: c=\xe9", LENGTH) + BODY
    ),
    "white space around it": whole(b"\n " + BODY + b" \r\n"),
    "gzip": encoded("gzip", gzip.compress(BODY)),
    "deflate": encoded("deflate", zlib.compress(BODY)),
    "ends with the connection": sending(head("connection: close") + BODY, close=True),
    "HTTP/1.0": sending(b"HTTP/1.0 200 OK\r\n\r\n" + BODY, close=True),
    "extensions of 1 MB": beside(b'"extensions":{"x":"' + MEGABYTE + b'"}'),
    "extensions that are none": beside(b'"extensions":["secret"]'),
    "errors: null": beside(b'"errors":null'),
    "an equal key before": whole(b'{"data":{"secret":1},' + BODY[1:]),
}
USELESS = {
    "204": sending(head(status="204 No Content")),
    "304": sending(head("etag: secret", status="304 Not Modified")),
    "301": elsewhere("301 Moved", b""),
    "302 with data": elsewhere("302 Found"),
    "307 with errors": elsewhere("307 Temporary", b'{"errors":[{"message":"secret"}]}'),
    "html": whole(b"<html>secret</html>"),
    "nothing": whole(b""),
    "garbage behind it": whole(BODY + b"secret"),
    "twice": whole(BODY + BODY),
    "in a list": whole(b"[" + BODY + b"]"),
    "BOM": whole(b"\xef\xbb\xbf" + BODY),
    "UTF-16": whole(BODY.decode().encode("utf-16")),
    "a comma too many": whole(BODY[:-1] + b",}"),
    "less than said": sending(head("content-length: 99") + BODY, close=True),
    "chunks without the last": sending(
        head("transfer-encoding: chunked") + b"%x\r\n%b\r\n" % (len(BODY), BODY), close=True
    ),
    "reset in the head": resetting(b"HTTP/1.1 200 O"),
    "reset in the body": resetting(head("content-length: 99") + BODY),
    "a header of 1 MB": sending(head(f"x: {MEGABYTE.decode()}", LENGTH) + BODY),
    "gzip in gzip": encoded("gzip", gzip.compress(gzip.compress(BODY))),
    "gzip, gzip": encoded("gzip, gzip", gzip.compress(gzip.compress(BODY))),
    "said to be gzip": encoded("gzip", BODY),
    "gzip unsaid": whole(gzip.compress(BODY)),
    "deflate without zlib": encoded("deflate", raw_deflate(BODY)),
    "no such encoding": encoded("secret", BODY),
    "data: null": whole(b'{"data":null}'),
    "data: null behind it": whole(BODY[:-1] + b',"data":null}'),
    "data: []": whole(b'{"data":[]}'),
    "errors that are no list": beside(b'"errors":{"message":"secret"}'),
    "no entities": whole(b'{"data":{"_entities":null}}'),
    "entities in an object": whole(b'{"data":{"_entities":{"0":{"stars":1}}}}'),
    "entities that are none": whole(b'{"data":{"_entities":["secret",7]}}'),
    "an entity too many": whole(BODY.replace(b"]", b',{"stars":3}]')),
    "NaN": with_stars(b"NaN"),
    "no number": with_stars(b"01"),
    "ten thousand digits": with_stars(b"1" * 10_000),
    "half a surrogate pair": with_stars(b'"secret\\ud800"'),
    "no UTF-8": with_stars(b'"secret\xff"'),
    "nested 100,000 deep": with_stars(b"[" * 100_000 + b"]" * 100_000),
}  # fmt: skip
LATE = {"no answer": silent, "a byte now and then": trickling}
NOWHERE = {
    "a field that is not there": b'["nowhere",99999999999999999999,"x"]',
    "no entity": b'["_entities",77,"x"]',
    "before the first": b'["_entities",-1,"x"]',
    "a number": b"[1]",
    "an object": b'{"secret":1}',
    "fractions": b'["_entities",0.5,true,null]',
    "5,000 steps": b'["_entities",0,' + b'"x",' * 5_000 + b'"y"]',
}


@pytest.fixture(autouse=True, params=["http1", "pyreqwest", "httpx2"])
def _client(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever client the gateway uses."""
    monkeypatch.setitem(GIVEN, "subgraph_client", request.param)


@pytest.mark.parametrize("reply", READ.values(), ids=READ)
async def test_115_what_can_be_read_is_read(tmp_path: Path, reply: Reply) -> None:
    answer, _ = await answers(tmp_path, reply)
    assert answer == {"data": GOOD}


@pytest.mark.parametrize("reply", USELESS.values(), ids=USELESS)
async def test_115_what_is_no_answer_is_unavailable_and_not_repeated(
    tmp_path: Path, reply: Reply
) -> None:
    answer, server = await answers(tmp_path, reply)
    assert answer["data"] == PARTIAL
    assert codes(answer) == ["UNAVAILABLE"]
    assert "secret" not in json.dumps(answer)
    assert len(server.requests) <= 2  # once more where the connection died


@pytest.mark.parametrize("reply", LATE.values(), ids=LATE)
async def test_115_what_does_not_come_in_time_is_a_timeout(tmp_path: Path, reply: Reply) -> None:
    answer, _ = await answers(tmp_path, reply, subgraphs={"stars": {"timeout_seconds": 0.3}})
    assert answer["data"] == PARTIAL
    assert codes(answer) == ["TIMEOUT"]


@pytest.mark.parametrize("path", NOWHERE.values(), ids=NOWHERE)
async def test_115_no_error_is_lost_wherever_its_path_leads(tmp_path: Path, path: bytes) -> None:
    errors = b'"errors":[{"message":"m","path":' + path + b"}]"
    answer, _ = await answers(tmp_path, beside(errors))
    assert answer["data"] == GOOD
    assert codes(answer) == ["INTERNAL"]
    root = whole(b"{" + errors + b',"data":{"books":null}}')
    async with raw_server(root) as first, gateway(tmp_path, first.url, first.url) as running:
        answer = await running.ask("{ books { title } }")
    assert answer["data"] == {"books": None}
    assert codes(answer) == ["INTERNAL"]


async def test_115_however_long_it_says_to_wait(tmp_path: Path) -> None:
    busy = b'{"errors":[{"message":"m","extensions":{"code":"UNAVAILABLE"}}]}'
    reply = sending(
        head(
            "content-type: application/graphql-response+json",
            f"retry-after: {'9' * 5_000}",
            f"content-length: {len(busy)}",
            status="503 Busy",
        )
        + busy
    )
    async with raw_server(reply) as first, gateway(tmp_path, first.url, first.url) as running:
        response = await running.post(b'{"query": "{ books { title } }"}')
    assert (response.status_code, response.headers["retry-after"]) == (503, "60")
    assert codes(response.json()) == ["UNAVAILABLE"]
