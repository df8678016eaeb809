"""Raw replies: data and errors, or a typed error that echoes nothing of the body."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.execution.replies import decode, raw_answer
from gateway.subgraphs.protocol import SubgraphReply, SubgraphReplyInvalid
from tests.testkit.running import query_plan, root, run
from tests.testkit.subgraphs import InMemorySubgraphs

GRAPHQL = {"content-type": ("application/graphql-response+json; charset=utf-8",)}
SDL = "type Query { a: String b: [Int] }"

UNUSABLE = {
    "html": SubgraphReply(200, b"<html>secret</html>"),
    "broken json": SubgraphReply(200, b'{"data": {"a": "secret"'),
    "empty": SubgraphReply(200, b""),
    "list": SubgraphReply(200, b'["secret"]'),
    "no data": SubgraphReply(200, b"{}"),
    "data null": SubgraphReply(200, b'{"data":null}'),
    "data text": SubgraphReply(200, b'{"data":"secret"}'),
    "errors object": SubgraphReply(200, b'{"data":{},"errors":{"message":"secret"}}'),
    "500 with json": SubgraphReply(500, b'{"data":{"a":"secret"}}'),
    "not utf-8": SubgraphReply(200, b'{"data":{"a":"\xff"}}'),
    "lone surrogate": SubgraphReply(200, b'{"data":{"a":"\\ud800"}}'),
    "too deep": SubgraphReply(200, b'{"data":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001),
}


@pytest.mark.parametrize("name", UNUSABLE)
async def test_unusable_replies_are_typed_errors_of_that_fetch_only(name: str) -> None:
    with pytest.raises(SubgraphReplyInvalid) as caught:
        decode(UNUSABLE[name])
    assert "secret" not in str(caught.value)
    assert raw_answer(UNUSABLE[name]) is None
    subgraphs = InMemorySubgraphs(one=lambda _: UNUSABLE[name], two=lambda _: {"data": {"b": [1]}})
    plan = query_plan(root(0, "one", "{a}", "a"), root(1, "two", "{b}", "b"))
    outcome = await run(plan, subgraphs, sdl=SDL, query="{ a b }")
    assert outcome.data == {"a": None, "b": [1]}
    assert outcome.places == [("a", "UNAVAILABLE")]
    assert "secret" not in str(outcome.errors)


@pytest.mark.parametrize(
    "reply",
    [
        SubgraphReply(400, b'{"errors":[{"message":"x"}]}'),
        SubgraphReply(401, b'{"errors":[{"message":"x"}],"data":null}'),
        SubgraphReply(500, b'{"errors":[{"message":"x"}]}', GRAPHQL),
    ],
)
def test_well_formed_errors_count_whatever_the_status(reply: SubgraphReply) -> None:
    response = decode(reply)
    assert response.data is None
    assert response.errors == [{"message": "x"}]


def test_numbers_are_doubles_past_64_bits() -> None:
    response = decode(SubgraphReply(200, b'{"data":{"a":18446744073709551616,"b":1.10}}'))
    assert response.data == {"a": 1.8446744073709552e19, "b": 1.1}


@pytest.mark.parametrize("start", [b'{"data":', b'{"data": ', b'{"data":{"a":1},"data":'])
@pytest.mark.parametrize(
    "end", [b"}", b"}\n", b" }", b',"errors":[]}', b',"errors": null ,"extensions":{"x":1}}']
)
async def test_pass_through_hands_on_the_bytes(start: bytes, end: bytes) -> None:
    data = '{"a": "ü",\n "b":[1,2.50, 18446744073709551616]}'.encode()
    subgraphs = InMemorySubgraphs(one=lambda _: start + data + end)
    plan = query_plan(root(0, "one", "{a b}", "a", "b"), passthrough=True)
    outcome = await run(plan, subgraphs, sdl=SDL, query="{ a b }")
    assert outcome.gathered.raw == b'{"data":' + data + b"}"


@pytest.mark.parametrize(
    ("reply", "data", "places"),
    [
        (
            b'{"data":{"a":"x"},"errors":[{"message":"m","path":["b"]}]}',
            {"a": "x", "b": None},
            ["b"],
        ),
        (b'{"data":null,"errors":[{"message":"m"}]}', {"a": None, "b": None}, [""]),
        (b'{"data":null}', {"a": None, "b": None}, ["a", "b"]),
        (b'{"data":[]}', {"a": None, "b": None}, ["a", "b"]),
        (b'{"data":{"a":"\xff"}}', {"a": None, "b": None}, ["a", "b"]),
    ],
)
async def test_what_may_not_pass_through_takes_the_ordinary_path(
    reply: bytes, data: Any, places: list[str]
) -> None:
    subgraphs = InMemorySubgraphs(one=lambda _: reply)
    plan = query_plan(root(0, "one", "{a b}", "a", "b"), passthrough=True)
    outcome = await run(plan, subgraphs, sdl=SDL, query="{ a b }")
    assert outcome.gathered.raw is None
    assert outcome.data == data
    assert [place for place, _ in outcome.places] == places


def passed(body: bytes) -> bytes | None:
    return raw_answer(SubgraphReply(200, body))


def test_an_answer_seen_often_vouches_for_no_other() -> None:
    good = b'{"data":{"a":"' + b"x" * 500 + b'","b":[1,2,3]}}'
    assert {passed(bytes(bytearray(good))) for _ in range(4)} == {good}
    middle = len(good) // 2
    for wrong in (b'"', b"\x01", b"\xff", b"\\"):
        damaged = good[:middle] + wrong + good[middle + 1 :]
        assert [passed(damaged) for _ in range(3)] == [None] * 3
    failed = good.replace(b'"b":[1,2,3]}', b'"b":1},"errors":[{}]')
    assert [passed(failed) for _ in range(3)] == [None] * 3
    assert raw_answer(SubgraphReply(500, good)) is None
    assert passed(good) == good


@given(st.lists(st.integers(0, 30), min_size=4, max_size=40), st.binary(min_size=1, max_size=2))
def test_whether_an_answer_passes_depends_on_nothing_before(
    turns: list[int], damage: bytes
) -> None:
    start, end = b'{"data":{"a":"' + b"x" * 80, b"y" * 80 + b'"}}'
    for turn in turns:
        body = start + (damage if turn % 3 == 0 else b"zz"[: len(damage)]) + end
        assert (passed(body) == body) is is_whole(body)


def is_whole(body: bytes) -> bool:
    try:
        return bool(json.loads(body.decode()))
    except ValueError:
        return False
