"""JSON in and out: the careful reader is the standard library's, with nothing lost."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.operation.number_text import NumberText
from gateway.request.json_input import KeyRepeated, NotJson, loads
from gateway.request.json_text import dumps

NUMBERS = st.one_of(
    st.integers().map(str),
    st.integers(-(10**60), 10**60).map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["-0", "-0.0", "1e400", "1E+2", "0.10", "1e-400", "100000000000000000000.0"]),
)
# Few letters, so that keys repeat; colons and escapes, for those are what is counted.
STRINGS = st.text('a:\\"é\u2028n', max_size=4).map(json.dumps)


def _objects(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(STRINGS, inner).map(lambda pair: f"{pair[0]} : {pair[1]}")
    return st.lists(pairs, max_size=4).map(lambda members: "{" + ", ".join(members) + "}")


TEXTS = st.recursive(
    st.one_of(NUMBERS, STRINGS, st.sampled_from(["true", "false", "null"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: "[" + ",".join(items) + "]"),
        _objects(inner),
    ),
    max_leaves=12,
)


class Repeated(Exception):
    pass


def pairs_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise Repeated
    return dict(pairs)


def as_decimals(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_int=Decimal, object_pairs_hook=pairs_once)


@given(TEXTS)
@settings(max_examples=500)
def test_what_is_read_and_written_again_means_the_same(text: str) -> None:
    for padding in ("", " " * 20_000):
        try:
            expected = as_decimals(text)
        except Repeated:
            with pytest.raises(KeyRepeated):
                loads((text + padding).encode())
        else:
            written = dumps(loads((text + padding).encode())).decode()
            assert as_decimals(written) == expected


@given(NUMBERS)
def test_numbers_keep_their_text(number: str) -> None:
    for text in (
        f'{{"a":{number}}}',
        f'{{"a":[{number},"b"]}}',
        f'{{"a":{number},"b":"\\ud83d\\ude00"}}',
    ):
        kept = dumps(loads(text.encode())).decode()
        assert f'"a":[{number},' in kept or f'"a":{number}' in kept


def test_numbers_are_numbers_for_whoever_looks() -> None:
    value = loads(b'{"a": 1.10, "b": 1e400, "c": 18446744073709551616, "d": 1.5, "e": 7}')
    assert value == {"a": 1.1, "b": float("inf"), "c": 2**64, "d": 1.5, "e": 7}
    assert isinstance(value["a"], NumberText)
    assert type(value["d"]) is float


def test_what_only_we_write_stands_beside_numbers_that_keep_their_text() -> None:
    value = {"big": 2**70, "half": "\ud800", "a": [NumberText("1.10")], "\udc00": None, "t": True}
    assert dumps(value) == (
        b'{"big":%d,"half":"\\ud800","a":[1.10],"\\udc00":null,"t":true}' % 2**70
    )


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[1,]", b'{"a":1,}', b"nul", b"NaN", b"[Infinity]", b"01", b'"\\ud800"', b'"\n"',
     b"\xff", b'"\xed\xa0\x80"', b'{"a" 1}', b"1 2", b"'a'", b"\xef\xbb\xbf{}"],
)  # fmt: skip
def test_what_is_not_json(text: bytes) -> None:
    for padding in (b"", b" " * 20_000):
        with pytest.raises(NotJson):
            loads(padding + text)


def test_depth_is_bounded_before_anything_recurses() -> None:
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        for depth in (600, 1_000, sys.getrecursionlimit() * 2, 200_000):
            for inner in (b"1e400", b"1"):
                with pytest.raises(NotJson):
                    loads(opening * depth + inner + closing * depth)
        within = loads(opening * 100 + b"1e400" + closing * 100)
        assert dumps(within) == opening * 100 + b"1e400" + closing * 100
