"""A process that gets no more memory, or no thread: whoever asked is not told that it was them."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

import gateway.http.straight
import gateway.http.view
import shared.graphql.view
from tests.faults.cut_connection import Connects
from tests.faults.cut_messages import MESSAGES, post
from tests.faults.doors import DOORS

ERRORS = [MemoryError(), RuntimeError("can't start new thread")]
WHERE_BODIES_ARE_READ = {
    "gateway": (gateway.http.view, "read_body"),
    "auth": (shared.graphql.view, "read_parameters"),
    "catalog": (shared.graphql.view, "read_parameters"),
}


def raising(error: Exception) -> Any:
    def raised(*_: object, **__: object) -> NoReturn:
        raise error

    return raised


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("where", DOORS)
async def test_145_without_room_for_a_request_it_is_told_to_come_back(
    connects: Connects, where: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*WHERE_BODIES_ARE_READ[where], raising(error))
    [(status, body)], is_over = await connects[where]().told([(MESSAGES["chunked"], 0)])
    assert (status, is_over) == (503, False)
    assert b"UNAVAILABLE" in body
    monkeypatch.undo()
    [(status, _)], _ = await connects[where]().told([(MESSAGES["chunked"], 0)])
    assert status == 200


@pytest.mark.parametrize("where", DOORS)
async def test_145_without_room_for_its_body_a_request_is_not_called_invalid(
    connects: Connects, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HttpToolsProtocol, "on_body", raising(MemoryError()))
    told = await connects[where]().told([(MESSAGES["chunked"], 0)])
    assert told == ([(503, b"There is no room for this at present.")], True)


async def test_145_nor_on_the_straight_path(
    connects: Connects, monkeypatch: pytest.MonkeyPatch
) -> None:
    for work in ("answer", "carry_out"):
        monkeypatch.setattr(gateway.http.straight, work, raising(MemoryError()))
    [(status, _)], is_over = await connects["gateway"]().told([(post(), 0)])
    assert (status, is_over) == (503, False)
