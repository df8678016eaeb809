"""Work in pieces: the loop is shared, results and faults are those of the whole."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator

import pytest

from shared.loop import pieces
from shared.loop.pieces import PIECE_SECONDS, at_once, in_turns


class Work:
    """Adds up numbers, each as long as a whole turn; counts, and tells whether it was ended."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.done = 0
        self.was_ended = False

    def __call__(self) -> Generator[None, None, int]:
        try:
            for _ in range(self.pieces):
                until = time.perf_counter() + PIECE_SECONDS
                while time.perf_counter() < until:
                    pass
                self.done += 1
                yield
        finally:
            self.was_ended = True
        return self.done


async def test_others_have_their_turn_between_pieces() -> None:
    work = Work(5)
    seen: list[int] = []

    async def other() -> None:
        while not work.was_ended:
            seen.append(work.done)
            await asyncio.sleep(0)

    result, _ = await asyncio.gather(in_turns(work()), other())
    assert result == 5
    assert seen == [1, 2, 3, 4, 5]


async def test_what_is_short_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE_SECONDS", 60.0)  # held up, this process is not short

    def short() -> Generator[None, None, str]:
        yield
        return "done"

    working = in_turns(short())
    with pytest.raises(StopIteration) as end:
        working.send(None)
    assert end.value.value == "done"


def test_all_at_once() -> None:
    assert at_once(Work(2)()) == 2


async def test_a_fault_ends_it() -> None:
    def faulty() -> Generator[None, None, None]:
        yield
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await in_turns(faulty())
    with pytest.raises(ValueError, match="no"):
        at_once(faulty())


async def test_whoever_is_cancelled_ends_the_work_too() -> None:
    work = Work(1_000)
    task = asyncio.create_task(in_turns(work()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert work.was_ended
    assert work.done < 1_000
