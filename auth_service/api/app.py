"""The composition root of the auth service: everything is built here, in the lifespan."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.utils import formatdate
from functools import partial

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth_service.api.context import AuthContext
from auth_service.api.internal import internal_routes
from auth_service.api.schema import schema
from auth_service.api.unsubscribe import unsubscribe_endpoint
from auth_service.core.catalog import Catalog
from auth_service.core.mail import mail_transport
from auth_service.core.passwords import PasswordHasher
from auth_service.core.settings import AuthSettings
from auth_service.core.signing import SigningKeys, load_signing_keys
from auth_service.core.tokens import TokenIssuer
from auth_service.core.unsubscribe_links import PATH, UnsubscribeLinks
from auth_service.domain.errors import AuthError
from auth_service.domain.outbox import EVENTS_WAIT_AT_MOST, MAIL_IS_WORTH, OutboxKind
from auth_service.repository.invitations import forget_expired
from auth_service.repository.outbox import OUTBOX
from auth_service.repository.verification_tokens import forget_old_tokens
from auth_service.services.attempts import Attempts
from auth_service.services.dependencies import Dependencies
from auth_service.services.send_outbox_item import Senders, send_outbox_item
from shared.database import Database
from shared.database.migrated import MigratedDatabase
from shared.graphql import SubgraphView, door_of
from shared.graphql.errors import ErrorPresenter
from shared.http.admission import Admission
from shared.http.gateway_key import GatewayKeyMiddleware, client_ip
from shared.http.health import Health
from shared.http.metrics import Metrics, MetricsMiddleware
from shared.http.request_id import RequestIdMiddleware, request_id
from shared.limits import RateLimiter
from shared.outbox import Count, HttpEvents, OutboxWorker, Sending
from shared.tokens import Caller, bearer_authenticator

Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(settings: AuthSettings) -> Starlette:
    """The ASGI app. Connects to nothing until its lifespan begins."""
    keys = load_signing_keys(settings)
    database = Database.from_settings(settings)
    limiter = RateLimiter(settings.limits_url.get_secret_value())
    deps = Dependencies(
        database,
        PasswordHasher(
            settings.bcrypt_cost, workers=settings.bcrypt_workers, queue=settings.bcrypt_queue
        ),
        TokenIssuer(settings, keys),
        Attempts(limiter, settings.limits_factor),
        HttpEvents(settings.catalog_service_url, settings.catalog_gateway_key),
        Catalog(settings.catalog_service_url, settings.catalog_gateway_key),
        settings.catalog_wait_seconds,
        settings.partner_approval,
    )
    links = unsubscribe_links(settings)
    health = Health(
        {"database": MigratedDatabase(database, "auth_service").check},
        optional={"limits": limiter.check, "writes": database.writable},
    )
    metrics = Metrics()
    admission = Admission.from_settings(settings)
    metrics.watch(admission)
    metrics.watch_limits(limiter.store)
    app = Starlette(
        routes=[
            Route("/graphql", _view(settings, keys, deps, admission)),
            Route("/.well-known/jwks.json", _jwks_endpoint(keys)),
            *internal_routes(database, settings.mail_link_base),
            Route(PATH, unsubscribe_endpoint(database, links), methods=["GET", "POST"]),
            Route("/metrics", metrics.endpoint),
            *health.routes(),
        ],
        middleware=[
            Middleware(RequestIdMiddleware),
            Middleware(MetricsMiddleware, metrics=metrics),
            Middleware(
                GatewayKeyMiddleware, keys=settings.gateway_keys, access=settings.subgraph_access
            ),
        ],
        lifespan=lambda _app: _lifespan(settings, deps, limiter, metrics, links, admission),
    )
    app.state.health = health
    app.state.door = door_of(admission, metrics)
    app.state.deps = deps
    return app


def _view(
    settings: AuthSettings, keys: SigningKeys, deps: Dependencies, admission: Admission
) -> SubgraphView:
    def make_context(request: Request, caller: Caller) -> AuthContext:
        return AuthContext(
            caller=caller,
            client_ip=client_ip(request),
            request_id=request_id(request),
            deps=deps,
            accept_language=request.headers.get("accept-language"),
        )

    return SubgraphView(
        schema,
        bearer_authenticator(settings, keys.source),
        make_context,
        ErrorPresenter([AuthError], debug=settings.debug),
        admission,
        max_body_bytes=settings.max_body_bytes,
        introspection=settings.is_dev,
    )


@asynccontextmanager
async def _lifespan(
    settings: AuthSettings,
    deps: Dependencies,
    limiter: RateLimiter,
    metrics: Metrics,
    links: UnsubscribeLinks,
    admission: Admission,
) -> AsyncIterator[None]:
    await deps.database.require_at_start()
    worker = outbox_worker(settings, deps, links, metrics.outbox_counter(OutboxKind))
    worker.start()
    try:
        with admission.measured():
            yield
    finally:
        await worker.stop()
        await deps.events.close()
        await deps.catalog.close()
        await limiter.close()
        deps.passwords.close()
        await deps.database.dispose()


def unsubscribe_links(settings: AuthSettings) -> UnsubscribeLinks:
    """Links signed with what all instances share: the gateway keys, or a secret of this process."""
    base = settings.public_url or settings.auth_service_url
    return UnsubscribeLinks(base, settings.gateway_keys or (secrets.token_bytes(32),))


def outbox_worker(
    settings: AuthSettings, deps: Dependencies, links: UnsubscribeLinks, count: Count
) -> OutboxWorker:
    """What empties the outbox: mails for a day, events until they are taken."""
    senders = Senders(
        deps.database,
        mail_transport(settings),
        deps.events,
        settings.mail_link_base,
        settings.mail_domain,
        links,
    )
    sending = Sending(
        deps.database,
        OUTBOX,
        partial(send_outbox_item, senders),
        worth={OutboxKind.MAIL: MAIL_IS_WORTH},
        longest_delay={OutboxKind.EVENT: EVENTS_WAIT_AT_MOST},
        count=count,
    )
    return OutboxWorker(sending, settings.outbox_poll_seconds, [forget_old_tokens, forget_expired])


def _jwks_endpoint(keys: SigningKeys) -> Endpoint:
    body = orjson.dumps(keys.jwks)

    async def jwks(_request: Request) -> Response:
        """RFC 7517 section 5; cached for as long as verifiers keep it."""
        return Response(
            body,
            media_type="application/jwk-set+json",
            # Whoever judges tokens learns by the date whether our clocks agree.
            headers={"Cache-Control": "public, max-age=300", "Date": formatdate(usegmt=True)},
        )

    return jwks
