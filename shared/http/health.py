"""Liveness and readiness.

Live: the process answers. Ready: it is not draining and every check says None; otherwise 503 with
the reasons. A frozen dependency makes a service unready, never dead. What it can do without for a
while makes it ``degraded``: still 200, so that not all instances leave at once, with the reasons.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

log = structlog.get_logger(__name__)

CHECK_SECONDS = 2.0

Check = Callable[[], Awaitable[str | None]]


class Health:
    """Probes of one app. Checks by name; each returns None or what is wrong in one line.

    ``checks``: what it cannot work without; ``optional``: what it can.
    """

    def __init__(
        self, checks: Mapping[str, Check], optional: Mapping[str, Check] | None = None
    ) -> None:
        self._checks = dict(checks)
        self._optional = dict(optional or {})
        self.draining = False

    def drain(self) -> None:
        """Say "not ready" from now on: the process is about to stop."""
        self.draining = True

    def routes(self) -> list[Route]:
        """``/health/live`` and ``/health/ready``."""
        return [
            Route("/health/live", self._live, methods=["GET"]),
            Route("/health/ready", self._ready, methods=["GET"]),
        ]

    async def _live(self, _request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def _ready(self, _request: Request) -> JSONResponse:
        if self.draining:
            return JSONResponse({"status": "draining"}, status_code=503)
        faults, lacking = await asyncio.gather(_faults(self._checks), _faults(self._optional))
        if faults:
            log.warning("not ready", faults=faults)
            told = {"status": "unavailable", "checks": faults | lacking}
            return JSONResponse(told, status_code=503)
        if lacking:
            log.warning("degraded", faults=lacking)
            return JSONResponse({"status": "degraded", "checks": lacking})
        return JSONResponse({"status": "ok"})


async def _faults(checks: Mapping[str, Check]) -> dict[str, str]:
    results = await asyncio.gather(*(_run(check) for check in checks.values()))
    return {name: fault for name, fault in zip(checks, results, strict=True) if fault is not None}


async def _run(check: Check) -> str | None:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except TimeoutError:
        return "does not answer in time"
    except Exception as error:  # noqa: BLE001  whatever a check raises means: not ready
        log.warning("readiness check failed", error=type(error).__name__)
        return "check failed"
