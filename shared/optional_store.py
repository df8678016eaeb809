"""A store that a server can do without for a while, such as Redis.

::

    found = await store.ask(lambda: redis.get(name), otherwise=nothing)

One that fails, or is slow again and again, is left alone for some seconds; then one request asks
it, and finds out for all the others, which go on without: each time that it is asked in vain costs
a request the timeout.
"""

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from shared.connection_faults import fault_of
from shared.errors import ApplicationError

ASK_AGAIN_SECONDS = 5.0
SLOW_SECONDS = 0.3
SLOW_ANSWERS = 3
"""In a row: one may be this machine's own fault."""

Result = TypeVar("Result")
Act = Callable[[], Awaitable[Result]]

log = structlog.get_logger(__name__)


class OptionalStore:
    """Whether a store, named in log lines, is asked at present.

    ``tell`` is called with whether it is away when that changes.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_away = False
        self.tell: Callable[[bool], None] = lambda _is_away: None
        self._away_until = 0.0
        self._is_tried = False
        """Whether somebody is just finding out if it is back."""
        self._slow_answers = 0

    async def ask(self, act: Act[Result], otherwise: Act[Result]) -> Result:
        """What it answers; while it is away, ``otherwise``.

        An ``ApplicationError`` is an answer, and raised.
        """
        began = time.monotonic()
        is_trying = self.is_away
        if is_trying:
            if self._is_tried or began < self._away_until:
                return await otherwise()
            self._is_tried = True
        try:
            result = await act()
        except ApplicationError:
            self._answered(time.monotonic() - began)
            raise
        except Exception as error:  # noqa: BLE001  garbage makes its client raise anything
            self._leave_alone(fault_of(error))
        else:
            self._answered(time.monotonic() - began)
            return result
        finally:
            if is_trying:
                self._is_tried = False
        return await otherwise()

    def _answered(self, seconds: float) -> None:
        """Leave it alone if it is slow; the first answer afterwards tells if it still is."""
        if seconds >= SLOW_SECONDS:
            self._slow_answers += 1
            if self._slow_answers >= SLOW_ANSWERS:
                self._leave_alone(f"slow: {seconds:.2f} s")
            return
        self._slow_answers = 0
        if self.is_away:
            self.is_away = False
            self.tell(False)
            log.info("store is back", store=self.name)

    def _leave_alone(self, reason: str) -> None:
        self._away_until = time.monotonic() + ASK_AGAIN_SECONDS
        if self.is_away and not self._is_tried:
            return  # of many that asked it at once the first has told
        self.is_away = True
        self.tell(True)
        log.warning("store is left alone", store=self.name, error=reason)
