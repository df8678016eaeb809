"""Probes."""

import asyncio

import httpx2
import pytest
from starlette.applications import Starlette

from shared.http import health as health_module
from shared.http.health import Health


async def probe(health: Health, path: str) -> tuple[int, dict[str, object]]:
    app = Starlette(routes=[*health.routes()])
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://x"
    ) as http:
        response = await http.get(f"/health/{path}")
    return response.status_code, response.json()


async def fine() -> str | None:
    return None


async def wrong() -> str | None:
    return "database db:5432/x does not answer"


async def frozen() -> str | None:
    await asyncio.sleep(60)
    return None


async def broken() -> str | None:
    raise KeyError("hunter2")


async def test_ready_when_every_check_passes() -> None:
    assert await probe(Health({"a": fine}), "ready") == (200, {"status": "ok"})


async def test_not_ready_names_what_is_wrong() -> None:
    status, body = await probe(Health({"a": fine, "db": wrong, "b": broken}), "ready")
    assert status == 503
    assert body["checks"] == {"db": "database db:5432/x does not answer", "b": "check failed"}


async def test_without_what_is_optional_it_is_degraded_and_stays() -> None:
    health = Health({"a": fine}, optional={"limits": wrong, "b": fine})
    assert await probe(health, "ready") == (
        200,
        {"status": "degraded", "checks": {"limits": "database db:5432/x does not answer"}},
    )
    unready = Health({"db": broken}, optional={"limits": wrong})
    status, body = await probe(unready, "ready")
    assert status == 503
    assert body["checks"] == {
        "db": "check failed",
        "limits": "database db:5432/x does not answer",
    }


async def test_a_frozen_dependency_is_unready_but_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_module, "CHECK_SECONDS", 0.05)
    health = Health({"db": frozen})
    assert (await probe(health, "ready"))[0] == 503
    assert (await probe(health, "live"))[0] == 200


async def test_draining_is_not_ready() -> None:
    health = Health({})
    health.drain()
    assert await probe(health, "ready") == (503, {"status": "draining"})
    assert (await probe(health, "live"))[0] == 200
