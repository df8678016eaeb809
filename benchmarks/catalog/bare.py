"""The same page of offers without GraphQL: Starlette, the same SQL by asyncpg, rows by orjson."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import asyncpg
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SQL = """
    SELECT offers.id, offers.created_at, offers.updated_at, offers.place_id, offers.title,
        offers.description, offers.price_amount, offers.original_price_amount, offers.currency,
        offers.quantity_total, offers.quantity_available, offers.pickup_start, offers.pickup_end,
        offers.status, offers.tags, offers.allergens, offers.image_urls,
        CASE WHEN offers.status != 'active' THEN 'UNAVAILABLE'
            WHEN offers.deleted_at IS NOT NULL THEN 'UNAVAILABLE'
            WHEN offers.pickup_end <= now() THEN 'ENDED'
            WHEN offers.quantity_available = 0 THEN 'SOLD_OUT' ELSE 'AVAILABLE' END AS availability,
        offers.pickup_start AS sort_key
    FROM offers
    WHERE offers.deleted_at IS NULL AND offers.status = 'active' AND offers.pickup_end > now()
        AND offers.pickup_start > now() - interval '48 hours'
    ORDER BY offers.pickup_start ASC, offers.id ASC
    LIMIT $1
"""


PLACES = """
    SELECT id, created_at, updated_at, name, description, address, latitude, longitude, time_zone,
        currency, closed_at, staff_see_revenue, category, phone, website, opening_hours,
        special_days
    FROM places WHERE id = ANY($1)
"""


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    return str(value)  # asyncpg's UUID


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=10, max_size=10) as pool:
        app.state.pool = pool
        yield


async def _offers(request: Request) -> Response:
    asked = orjson.loads(await request.body())
    first = asked["variables"]["first"]
    async with request.app.state.pool.acquire() as connection:
        rows = await connection.fetch(SQL, first + 1)
        offers = [dict(row) for row in rows[:first]]
        if "place" in asked["query"]:
            ids = list({offer["place_id"] for offer in offers})
            places = {row["id"]: dict(row) for row in await connection.fetch(PLACES, ids)}
            for offer in offers:
                offer["place"] = places[offer["place_id"]]
    return Response(orjson.dumps(offers, default=_plain), media_type="application/json")


async def _live(_request: Request) -> Response:
    return Response("ok")


app = Starlette(
    routes=[Route("/graphql", _offers, methods=["POST"]), Route("/health/live", _live)],
    lifespan=_lifespan,
)

if __name__ == "__main__":
    uvicorn.run(
        app,
        host=os.environ["HOST"],
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
