"""JSON in pieces comes to the same as at once, and no piece is long."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.execution.exact_numbers import loads_exactly
from gateway.request import json_pieces
from gateway.request.json_pieces import PIECE, dumps_in_pieces, loads_in_pieces
from gateway.request.json_text import dumps

MISLEADING = st.sampled_from(["},{", '"},{"', "],[", '","', ",", "\\", '\\"', "{", "[", "}]", "é"])
LEAVES = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | MISLEADING | st.text(max_size=6)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(MISLEADING, inner, max_size=5),
    max_leaves=60,
)
STYLES: list[dict[str, Any]] = [
    {"separators": (",", ":")},
    {},
    {"indent": 1},
    {"separators": (" , ", " : "), "ensure_ascii": False},
]


@pytest.fixture(autouse=True, scope="module")
def short_pieces() -> Any:
    """So short that every value of some size is cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_pieces, "PIECE", 12)
        patch.setattr(json_pieces, "_LONG_ITEM", 48)
        patch.setattr(json_pieces, "_ITEMS", 2)
        yield


@given(VALUES, st.sampled_from(STYLES))
def test_what_is_read_in_pieces(value: Any, style: dict[str, Any]) -> None:
    text = json.dumps(value, **style).encode()
    assert loads_in_pieces(b" %b\n" % text, orjson.loads) == value
    assert json.loads(dumps_in_pieces(value, dumps)) == value
    assert list(_keys(loads_in_pieces(text, orjson.loads))) == list(_keys(value))


def _keys(value: Any) -> Any:
    """All keys, in their order."""
    if isinstance(value, dict):
        yield from value
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _keys(inner)


@given(VALUES, st.integers(0, 400), st.sampled_from([b"", b",", b"]", b"}", b'"', b"[", b"x"]))
def test_what_is_no_json_at_once_is_none_in_pieces(value: Any, at: int, put: bytes) -> None:
    text = json.dumps(value).encode()
    at %= len(text)
    broken = text[:at] + put + text[at + (not put) :]
    try:
        expected = orjson.loads(broken)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011  whichever reader says so
            loads_in_pieces(broken, orjson.loads)
    else:
        assert loads_in_pieces(broken, orjson.loads) == expected


@pytest.mark.parametrize("text", [b"1.10", b"12345678901234567890123", b"1e400", b"[1.10, 2]"])
def test_numbers_keep_their_text_in_pieces(text: bytes) -> None:
    whole = b'{"data":{"list":[%b],"one":%b}}' % (b",".join([text] * 9), text)
    assert dumps(loads_in_pieces(whole, loads_exactly)) == whole.replace(b", ", b",")


@pytest.mark.parametrize(
    "text", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 50_000 + b"]" * 50_000]
)
def test_what_is_nested_too_deeply_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        loads_in_pieces(text, orjson.loads)


ENTITY = {"id": "x},{y", "tags": [{"a": 1}, {"a": 2}], "v": {"l": [[1], [2]]}}


@pytest.mark.parametrize(
    "data",
    [
        {"nodes": [ENTITY] * 20_000},
        {"outer": [{"nodes": [ENTITY] * 10_000}]},
        {"outer": [{"nodes": [ENTITY] * 10_000}, {"nodes": [ENTITY] * 10_000}]},
        {"numbers": list(range(300_000)), "names": ["},{", 'a","b'] * 100_000},
        {"lists": [[1, [2, 3]]] * 100_000},
    ],
)
@pytest.mark.parametrize("style", [{}, {"separators": (",", ":")}])
def test_no_piece_is_long(data: Any, style: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_pieces, "PIECE", PIECE)
    monkeypatch.setattr(json_pieces, "_LONG_ITEM", 4 * PIECE)
    longest = 0

    def loads(text: bytes) -> Any:
        nonlocal longest
        longest = max(longest, len(text))
        return orjson.loads(text)

    assert loads_in_pieces(json.dumps({"data": data}, **style).encode(), loads) == {"data": data}
    assert longest < 5 * PIECE
