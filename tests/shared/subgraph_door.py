"""The HTTP door of a subgraph, with all that stands before it, for tests."""

from typing import Any

import httpx2
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from shared.graphql import SubgraphView
from shared.graphql.errors import ErrorPresenter
from shared.http.admission import Admission
from shared.http.gateway_key import GatewayKeyMiddleware, client_ip
from shared.http.metrics import Metrics, MetricsMiddleware
from shared.http.request_id import RequestIdMiddleware, request_id
from shared.settings import SubgraphAccess
from shared.tokens import AccessTokenValidator, BearerAuthenticator, StaticKeys, VerificationKey
from tests.shared.forge import AUDIENCE, ISSUER, NOW
from tests.shared.graph import GraphContext, make_schema

KEY = ECKey.generate_key("P-256")
KEYS = {"x-gateway-key": "current-key"}


def make_app(
    access: SubgraphAccess = SubgraphAccess.KEY,
    *,
    keys: Any = None,
    introspection: bool = True,
    max_body_bytes: int = 10_000,
) -> Starlette:
    source = keys or StaticKeys([VerificationKey(KEY, KEY.thumbprint(), ("ES256",))])
    validator = AccessTokenValidator(ISSUER, AUDIENCE, source, clock=lambda: NOW)
    view = SubgraphView(
        make_schema(),
        BearerAuthenticator(validator, clock=lambda: NOW),
        lambda request, caller: GraphContext(
            caller=caller, client_ip=client_ip(request), request_id=request_id(request)
        ),
        ErrorPresenter(),
        Admission(slots=20, requests=500, patience=5.0),
        max_body_bytes=max_body_bytes,
        introspection=introspection,
    )
    metrics = Metrics()
    return Starlette(
        routes=[Route("/graphql", view), Route("/metrics", metrics.endpoint)],
        middleware=[
            Middleware(RequestIdMiddleware),
            Middleware(MetricsMiddleware, metrics=metrics),
            Middleware(GatewayKeyMiddleware, keys=[b"current-key", b"previous-key"], access=access),
        ],
    )


def client_of(app: Starlette, **headers: str) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app, client=("203.0.113.9", 5))
    return httpx2.AsyncClient(transport=transport, base_url="http://auth", headers=headers)


async def post(http: httpx2.AsyncClient, query: str, **headers: str) -> httpx2.Response:
    return await http.post("/graphql", json={"query": query}, headers=headers)
