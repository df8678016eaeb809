"""Hashing passwords with bcrypt, off the event loop, a bounded number at once."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import bcrypt

from shared.errors import RateLimited

Result = TypeVar("Result")
BUSY_SECONDS = 2


class PasswordHasher:
    """bcrypt behind a small pool. ``encoded`` is at most 72 bytes without NUL: the domain checks.

    ``cost``: bcrypt's logarithm of rounds. ``workers``: hashes computed at once (bcrypt lets go of
    the interpreter lock). ``queue``: how many may wait; who comes after gets ``RateLimited``, so
    that a flood of logins cannot starve everything else.
    """

    def __init__(self, cost: int, *, workers: int = 2, queue: int = 64) -> None:
        self._cost = cost
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="bcrypt")
        self._room = workers + queue
        self._taken = 0
        self._nobody = bcrypt.hashpw(secrets.token_bytes(16).hex().encode(), bcrypt.gensalt(cost))

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
        if self._taken >= self._room:
            raise RateLimited(BUSY_SECONDS, "Too many people are signing in. Try again shortly.")
        self._taken += 1
        try:
            future = asyncio.get_running_loop().run_in_executor(self._pool, work)
            future.add_done_callback(self._give_back)
        except BaseException:
            self._taken -= 1
            raise
        return await future

    def _give_back(self, _future: object) -> None:
        # in the callback, not after the await: a cancelled caller's hash is still being computed
        self._taken -= 1

    def close(self) -> None:
        """Drop what waits and let the threads end."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _cost_of(digest: bytes) -> int:
    """The cost in ``$2b$12$…``."""
    return int(digest.split(b"$")[2])
