"""Fault 78: a megabyte of equal small things keeps nobody else waiting, at any door."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.faults.doors import DOORS, door, first_error, others_waiting
from tests.testkit.fleet import Fleet

LONGEST_WAIT_SECONDS = 1.0  # 0.1 where nothing else is done; what was seen were 3 and more
LONGEST_WORK = 0.5
"""CPU seconds of the server in that time: what a busy machine does not stretch."""
FIND = """query($tags: [String!], $near: [OfferAvailability!]) {
  offers(first: 1, filter: {tags: $tags, availability: $near}) { edges { cursor } } }"""
ENTITIES = "query($r: [_Any!]!) { _entities(representations: $r) { __typename } }"


def find(**variables: Any) -> dict[str, Any]:
    return {"query": FIND, "variables": variables}


def with_tags(literal: str) -> dict[str, Any]:
    text = f"{{ offers(first: 1, filter: {{tags: {literal}}}) {{ edges {{ cursor }} }} }}"
    return {"query": text}


BODIES: Mapping[str, Any] = {
    "equal enum values": find(near=["AVAILABLE"] * 70_000),
    "equal tags": find(tags=["b"] * 190_000),
    "one-letter tags, some": find(tags=["b"] * 19_000),
    "numbers": find(tags=[1] * 300_000),
    "fractions": find(tags=[1.5] * 150_000),
    "nulls": find(tags=[None] * 120_000),
    "empty lists": find(tags=[[]] * 200_000),
    "empty objects": find(tags=[{}] * 200_000),
    "objects": find(tags=[{"a": 1}] * 80_000),
    "keys": find(tags={f"k{n}": 1 for n in range(60_000)}),
    "one long tag": find(tags=["x" * 900_000]),
    "escapes": find(tags=["\x01" * 140_000]),
    "variables that nothing uses": {**find(), "variables": {"x": [{"a": [1]}] * 60_000}},
    "extensions": {**find(), "extensions": {"x": [{"a": [1]}] * 60_000}},
    "one string": with_tags('"' + "x" * 900_000 + '"'),
    "a block string": with_tags('"""' + "x\n" * 300_000 + '"""'),
    "a list of strings": with_tags("[" + '"b",' * 190_000 + "]"),
    "a list of enum values": with_tags("[" + "AAA " * 200_000 + "]"),
    "a list of lists": with_tags("[" + "[]" * 400_000 + "]"),
    "numbers in a list": with_tags("[" + "1 " * 400_000 + "]"),
    "unknown fields of an object": with_tags("{" + "".join(f"a{n}: 1 " for n in range(250)) + "}"),
    "equal fields": {"query": "{" + " a: __typename" * 60_000 + "}"},
    "a name": {"query": "{ " + "a" * 900_000 + " }"},
    "quotes": {"query": '{ a(b: "' + '\\"' * 200_000 + '") }'},
    "blanks": {"query": "{ __typename }" + " " * 900_000},
    "representations": {
        "query": ENTITIES,
        "variables": {"r": [{"__typename": "Offer", "id": "0" * 36}] * 11_000},
    },
    "fewer representations": {
        "query": ENTITIES,
        "variables": {"r": [{"__typename": "Offer", "id": "0"}] * 2_900},
    },
    "a batch of strings": ["a"] * 200_000,
    "a batch of operations": [{"query": "{ __typename }"}] * 30_000,
}


@pytest.mark.parametrize("where", DOORS)
async def test_78_large_bodies_keep_nobody_waiting(house: Fleet, where: str) -> None:
    entered = door(house, where)
    slow: dict[str, float] = {}
    for name, body in BODIES.items():
        content = json.dumps(body).encode()
        for _ in range(3):  # the machine may have been busy with something else once
            async with others_waiting(entered) as waits:
                answer = await entered.post(content)
            if waits.longest < LONGEST_WAIT_SECONDS or waits.longest_work < LONGEST_WORK:
                break
        else:
            slow[name] = waits.longest
        assert answer.status_code in {200, 400, 413}, name
        error = first_error(answer)
        assert error is None or error["extensions"]["code"] != "INTERNAL", (name, error)
    assert not slow
    assert "Traceback" not in entered.server.told()


@pytest.mark.parametrize("count", [21, 1_000, 15_000])
async def test_78_equal_items_count_each(house: Fleet, count: int) -> None:
    answer = await house.gateways[0].run(FIND, {"tags": ["bread"] * count})
    assert answer.codes == ["BAD_USER_INPUT"]
    answer = await house.gateways[0].run(FIND, {"near": ["AVAILABLE"] * (count + 1_000)})
    assert answer.codes == ["BAD_USER_INPUT"]


async def test_78_the_gateways_own_limit_of_values_is_told(house: Fleet) -> None:
    answer = await house.gateways[0].run(FIND, {"near": ["AVAILABLE"] * 50_000})
    assert answer.codes == ["OPERATION_TOO_COMPLEX"]
    assert "20000 values" in answer.errors[0]["message"]


@pytest.mark.parametrize("where", DOORS)
@pytest.mark.parametrize("size", [5_000_000, 20_000_000])
async def test_24_a_body_of_megabytes_is_413_and_the_client_sees_it(
    house: Fleet, where: str, size: int
) -> None:
    content = b'{"query": "' + b" " * size + b'"}'
    answer = await door(house, where).post(content)
    assert answer.status_code == 413

    async def pieces():  # type: ignore[no-untyped-def]  # an async iterator of bytes
        for at in range(0, len(content), 65_536):
            yield content[at : at + 65_536]

    answer = await door(house, where).post(pieces())  # type: ignore[no-untyped-call]
    assert answer.status_code == 413
