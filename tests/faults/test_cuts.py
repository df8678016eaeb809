"""The same bytes are answered alike, however they are cut and however fast they come.

Requests behind each other on one connection may all be there before the first is answered, or each
may find the one before it done. What is answered, and whether the connection ends, must not hang on
that: nobody could tell why a request fails on one machine only.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.cut_connection import Connects, Told
from tests.faults.cut_messages import MESSAGES, post
from tests.faults.doors import DOORS

UNHURRIED = 60
"""Turns of the loop in which a small request is answered."""

Pieces = list[tuple[bytes, int]]


@pytest.mark.parametrize("where", DOORS)
async def test_143_at_once_or_one_by_one(connects: Connects, where: str) -> None:
    """Each kind behind a request and before one: all in one piece, then heads and bodies apart."""
    differing = {}
    for name, message in MESSAGES.items():
        body = message.find(b"\r\n\r\n") + 4
        parts = [post(), message[:body], message[body:], post()]
        at_once = await connects[where]().told([(b"".join(parts), 0)])
        one_by_one = await connects[where]().told([(part, UNHURRIED) for part in parts if part])
        if at_once != one_by_one:
            differing[name] = (at_once, one_by_one)
    assert differing == {}


@st.composite
def cut_streams(draw: st.DrawFn) -> Pieces:
    """Up to four messages behind each other, cut anywhere."""
    sent = b"".join(draw(st.lists(st.sampled_from([*MESSAGES.values()]), min_size=1, max_size=4)))
    anywhere = st.integers(0, len(sent)) | st.integers(0, min(len(sent), 500))
    cuts = sorted({0, len(sent), *draw(st.lists(anywhere, max_size=6))})
    turns = st.sampled_from([0, 0, 1, 2, 5, UNHURRIED])
    return [(sent[begin:end], draw(turns)) for begin, end in pairwise(cuts)]


@pytest.mark.parametrize("where", DOORS)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(pieces=cut_streams())
async def test_143_however_it_is_cut(connects: Connects, where: str, pieces: Pieces) -> None:
    whole: Told = await connects[where]().told([(b"".join(piece for piece, _ in pieces), 0)])
    assert await connects[where]().told(pieces) == whole
