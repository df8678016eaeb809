"""Hashing passwords with bcrypt, off the event loop, as many as can be answered in time."""

import asyncio
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import bcrypt

from shared.errors import RateLimited

Result = TypeVar("Result")
BUSY_SECONDS = 2
PATIENCE_SECONDS = 4.0
"""The longest wait for a turn: with the hash itself well within the gateway's 10 s."""
_WEIGHT = 0.2  # of the newest measurement


class PasswordHasher:
    """bcrypt behind a small pool. ``encoded`` is at most 72 bytes without NUL: the domain checks.

    ``cost``: bcrypt's logarithm of rounds. ``workers``: hashes computed at once (bcrypt lets go of
    the interpreter lock). ``queue``: how many may wait at most; ``patience``: for how many seconds.
    Whoever would wait longer, by how long hashes take at present, gets ``RateLimited`` at once, so
    that a flood of logins cannot starve everything else, and nobody waits for what comes too late.
    """

    def __init__(
        self,
        cost: int,
        *,
        workers: int = 2,
        queue: int = 64,
        patience: float | None = None,
    ) -> None:
        self._cost = cost
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="bcrypt")
        self._workers = workers
        self._room = workers + queue
        self._patience = PATIENCE_SECONDS if patience is None else patience
        self._taken = 0
        # The first is measured by what it costs: held up once as it starts, a process would
        # refuse nearly everybody until it knew better.
        began = time.thread_time()
        self._nobody = bcrypt.hashpw(secrets.token_bytes(16).hex().encode(), bcrypt.gensalt(cost))
        self._seconds = time.thread_time() - began  # that a hash takes

    async def hash(self, encoded: bytes) -> str:
        """The hash to store."""
        digest = await self._run(lambda: bcrypt.hashpw(encoded, bcrypt.gensalt(self._cost)))
        return digest.decode()

    async def matches(self, encoded: bytes, digest: str) -> bool:
        """Whether ``digest`` was made of this password. Costs the same however old it is."""
        return await self._run(lambda: self._checked(encoded, digest.encode()))

    def is_outdated(self, digest: str) -> bool:
        """Whether ``digest`` has fewer rounds than are made today."""
        return _cost_of(digest.encode()) < self._cost

    async def burn(self, encoded: bytes) -> None:
        """Cost what a real check costs: an unknown address must not answer sooner."""
        await self._run(lambda: bcrypt.checkpw(encoded, self._nobody))

    def _checked(self, encoded: bytes, digest: bytes) -> bool:
        """Check, and make up for the rounds that an older hash lacks.

        Without them an account from before BCRYPT_COST was raised answers sooner than an unknown
        address. 2^10 rounds and, on top, 2^10 + 2^11 are the 2^12 of today.
        """
        is_same = bcrypt.checkpw(encoded, digest)
        for cost in range(_cost_of(digest), self._cost):
            bcrypt.hashpw(encoded, bcrypt.gensalt(cost))
        return is_same

    async def _run(self, work: Callable[[], Result]) -> Result:
        rounds = self._taken // self._workers
        if self._taken >= self._room or rounds * self._seconds > self._patience:
            raise _busy()
        latest = time.monotonic() + self._patience
        self._taken += 1
        try:
            loop = asyncio.get_running_loop()
            future = loop.run_in_executor(self._pool, self._measured, work, latest)
            future.add_done_callback(self._give_back)
        except BaseException:
            self._taken -= 1
            raise
        return await future

    def _measured(self, work: Callable[[], Result], latest: float) -> Result:
        """Do the work, in a thread, unless its turn came too late after all."""
        began = time.monotonic()
        if began > latest:
            raise _busy()
        result = work()
        self._seconds += _WEIGHT * (time.monotonic() - began - self._seconds)
        return result

    def _give_back(self, _future: object) -> None:
        # in the callback, not after the await: a cancelled caller's hash is still being computed
        self._taken -= 1

    def close(self) -> None:
        """Drop what waits and let the threads end."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _busy() -> RateLimited:
    return RateLimited(BUSY_SECONDS, "Too many people are signing in.")


def _cost_of(digest: bytes) -> int:
    """The cost in ``$2b$12$…``."""
    return int(digest.split(b"$")[2])
