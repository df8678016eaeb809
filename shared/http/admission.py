"""How much a service takes on: what it can serve in time, and not more.

::

    with admission.entered():               # a hard bound on everything at once
        async with admission.slot(until):   # a query waits here, in order, or is refused

Slots become fewer while the event loop stays late, and come back as it is on time again
(``shared.loop.overload``). A query whose turn would come too late is refused at once: what waits is
counted, and how long work takes is measured. Twenty at work for 0.8 s each let go of 25 in a second
(Little's law), so that half a second is a line of twelve. As they share a processor, one alone for
40 ms lets go of 25 too: so the pace is known before the first crowd comes. Whoever is let into the
line mostly gets its turn, also a little late: it is told otherwise only when its turn would come
later than twice the patience. Whoever is refused may try again; whoever is taken on is not slowed
down by those behind. Most are refused before all that (``shared.http.door``), for which those that
have come and are not in line yet are counted, too.

Mutations take no slot: they have bounds of their own, where the wait is (hashing, writers), and
must not starve queries of theirs.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from shared.errors import Unavailable
from shared.loop.overload import LagSampler, MovingBound
from shared.loop.turns import Turns

if TYPE_CHECKING:
    from shared.settings.service import ServiceSettings

RETRY_AFTER_SECONDS = 1
FEWEST_SLOTS = 4
"""Always there: so few keep the database busy, and take turns of 10 ms each."""
MAX_LAG_SECONDS = 0.1
_WEIGHT = 0.1  # of the newest measurement
_OVERTIME = 2
"""How many times the patience a turn may take that was expected within it."""


class Overloaded(Unavailable):
    """More is asked for at once than can be served in time."""

    default_message = "Too many requests at once. Try again."


class Admission:
    """Slots for queries, and a bound on requests.

    ``slots``: queries at work at once, at most. ``requests``: of any kind, at work or waiting.
    ``patience``: seconds that a query may wait for its slot. ``turns``: how those at work share the
    loop.
    """

    def __init__(self, *, slots: int, requests: int, patience: float) -> None:
        self._bound = MovingBound(slots, fewest=FEWEST_SLOTS, rise=1, max_lag=MAX_LAG_SECONDS)
        self._sampler = LagSampler(self.look)
        self._line: deque[_Turn] = deque()
        self._requests = requests
        self._patience = patience
        self._work = 0.0  # seconds that a query holds its slot
        self._pace = patience / (2 * slots)  # seconds from turn to turn; measured by the first
        self._is_measured = False
        self._most = 0
        self.turns = Turns()
        self.arriving = 0
        """Requests that have come, and of which it is not known yet whether they need a slot."""
        self.at_work = 0
        self.in_flight = 0
        self.refused = 0

    @classmethod
    def from_settings(cls, settings: ServiceSettings) -> Admission:
        """As MAX_REQUESTS, MAX_QUERIES and MAX_WAIT_SECONDS say."""
        return cls(
            slots=settings.max_queries,
            requests=settings.max_requests,
            patience=settings.max_wait_seconds,
        )

    @property
    def slots(self) -> int:
        """How many queries may be at work at once at present."""
        return self._bound.now

    @property
    def waiting(self) -> int:
        """How many queries wait for their turn."""
        return len(self._line)

    @property
    def is_full(self) -> bool:
        """Whether a query that came now would be refused."""
        if self.in_flight >= self._requests:
            return True
        place = self.waiting + self.arriving + 1 - max(0, self.slots - self.at_work)
        return place > 0 and self._wait_of(place) > self._patience

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Count a request while it is here. Raises ``Overloaded`` past the bound."""
        if self.in_flight >= self._requests:
            self._refuse()
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1

    @asynccontextmanager
    async def slot(self, until: float | None = None) -> AsyncIterator[None]:
        """Hold a slot; ``until``: when nobody waits for the answer any more (the loop's time).

        Raises ``Overloaded``: at once if the turn would come too late, or as soon as it did.
        """
        loop = asyncio.get_running_loop()
        if self._line or self.at_work >= self.slots:
            await self._wait(until)
        else:
            self._take()
        began, beside = loop.time(), self.at_work
        try:
            yield
        finally:
            self._measure(loop.time() - began, max(beside, self.at_work))
            self._give_back()

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Follow how late the loop is meanwhile."""
        self._sampler.start()
        try:
            yield
        finally:
            self._sampler.stop()

    def look(self, lag: float) -> None:
        """Move the number of slots by how late the loop is, in seconds."""
        most, self._most = self._most, self.at_work
        self._bound.look(lag, most)
        self._hand_on()

    def _take(self) -> None:
        self.at_work += 1
        self._most = max(self._most, self.at_work)

    def _give_back(self) -> None:
        self.at_work -= 1
        self._hand_on()

    async def _wait(self, until: float | None) -> None:
        now = asyncio.get_running_loop().time()
        # Begun later than ``until`` less its work, it would not be done when its caller gives up.
        given_up = math.inf if until is None else until - self._work
        if now + self._wait_of(self.waiting + 1) > min(now + self._patience, given_up):
            self._refuse()
        latest = min(now + _OVERTIME * self._patience, given_up)
        turn = _Turn(latest)
        self._line.append(turn)
        try:
            async with asyncio.timeout_at(latest):
                came_in_time = await turn.came
        except BaseException as error:
            self._leave(turn)
            if isinstance(error, TimeoutError):
                self._refuse()
            raise
        if not came_in_time:
            self._refuse()

    def _leave(self, turn: _Turn) -> None:
        """Whoever goes away in the very moment of its turn gives it back."""
        if turn in self._line:
            self._line.remove(turn)
        elif turn.has_slot:
            self._give_back()

    def _hand_on(self) -> None:
        """Give free slots to those in line whose turn is not too late; tell the others so.

        So is whoever stands where the turn would come too late by now, from the end of the line.
        """
        now = asyncio.get_running_loop().time()
        while self._line and self.at_work < self.slots:
            turn = self._line.popleft()
            turn.has_slot = now <= turn.latest
            if turn.has_slot:
                self._take()
            if not turn.came.done():
                turn.came.set_result(turn.has_slot)
        while self._line and now + self._wait_of(self.waiting) > self._line[-1].latest:
            turn = self._line.pop()
            if not turn.came.done():
                turn.came.set_result(False)

    def _wait_of(self, place: int) -> float:
        """Seconds until the turn of that place in line, the first being 1."""
        return (place + max(0, self.at_work - self.slots)) * self._pace

    def _measure(self, seconds: float, at_work: int) -> None:
        """A query held its slot for so long, beside others."""
        weight = _WEIGHT if self._is_measured else 1.0
        self._is_measured = True
        self._work += weight * (seconds - self._work)
        self._pace += weight * (seconds / at_work - self._pace)

    def _refuse(self) -> None:
        self.refused += 1
        raise Overloaded


class Arrival:
    """A request that has come. ``settle`` once it is known what it needs, or when it has ended."""

    __slots__ = ("_admission", "_is_settled")

    def __init__(self, admission: Admission) -> None:
        admission.arriving += 1
        self._admission = admission
        self._is_settled = False

    def settle(self) -> None:
        """It is in line, at work, a mutation, or over; further calls change nothing."""
        if not self._is_settled:
            self._is_settled = True
            self._admission.arriving -= 1


class _Turn:
    """A place in the line, given up at ``latest``, in the loop's time."""

    def __init__(self, latest: float) -> None:
        self.latest = latest
        self.came: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.has_slot = False
