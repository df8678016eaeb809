"""The catalog's internal endpoint, on a real socket, with its answers to come."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.testkit.server import serving


@dataclass
class Catalog:
    """Notes the events it is told; answers 204, or what ``answers`` says first.

    ``owned``: the invitations into places of accounts.
    """

    url: str = ""
    answers: list[int] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    owned: dict[str, list[str]] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, Any]:
        """What the auth service needs to reach it."""
        return {
            "catalog_service_url": self.url,
            "catalog_gateway_key": SecretStr("catalogs-key"),
        }

    def newest(self, user_id: str) -> dict[str, Any]:
        """How the account stands by what was told; an earlier event may come once more later."""
        told = [each for each in self.events if each["userId"] == user_id and "version" in each]
        return max(told, key=lambda event: int(event["version"]))

    async def take(self, request: Request) -> Response:
        """Take one event."""
        self.keys.append(request.headers.get("x-gateway-key"))
        self.events.append(json.loads(await request.body()))
        return Response(status_code=self.answers.pop(0) if self.answers else 204)

    async def tell(self, request: Request) -> Response:
        """Which of the invitations are into places of the account: those in ``owned``."""
        self.keys.append(request.headers.get("x-gateway-key"))
        asked = json.loads(await request.body())
        found = [each for each in self.owned.get(asked["userId"], ()) if each in asked["ids"]]
        return JSONResponse({"ids": found})


@asynccontextmanager
async def running_catalog() -> AsyncIterator[Catalog]:
    """The endpoint, listening."""
    catalog = Catalog()
    app = Starlette(
        routes=[
            Route("/internal/events", catalog.take, methods=["POST"]),
            Route("/internal/invitations", catalog.tell, methods=["POST"]),
        ]
    )
    async with serving(app) as url:
        catalog.url = url
        yield catalog
