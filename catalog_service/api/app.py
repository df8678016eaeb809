"""The composition root of the catalog service: everything is built here, in the lifespan."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Self

import structlog
from prometheus_client import Gauge
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route

from catalog_service.api.context import CatalogContext
from catalog_service.api.events import events_endpoint
from catalog_service.api.exports import exports_endpoint
from catalog_service.api.images import ImageEndpoints
from catalog_service.api.questions import invitations_endpoint
from catalog_service.api.schema import schema
from catalog_service.core.accounts import AuthAccounts
from catalog_service.core.background import repeat
from catalog_service.core.export_links import PATH, ExportLinks
from catalog_service.core.image_links import ImageLinks
from catalog_service.core.image_store import ImageStore
from catalog_service.core.settings import CatalogSettings
from catalog_service.core.slots import WriteSlots
from catalog_service.domain.errors import CatalogError
from catalog_service.models.outbox import EVENT
from catalog_service.repository.outbox import OUTBOX
from catalog_service.services.ask_accounts import ask_after_partners
from catalog_service.services.deliver_event import deliver_event
from catalog_service.services.expire_reservations import expire_reservations
from catalog_service.services.invitation_counts import InvitationCounts
from catalog_service.services.keep_image import ImageKeeper
from catalog_service.services.last_restore import LastRestore
from catalog_service.services.log_views import ViewLog, count_views_by_nobody
from catalog_service.services.pickup_guesses import PickupGuesses
from catalog_service.services.publish_schedules import publish_schedules
from catalog_service.services.remind import remind
from shared.database import Database
from shared.database.migrated import MigratedDatabase
from shared.errors import ApplicationError
from shared.graphql import SubgraphView, door_of
from shared.graphql.errors import ErrorPresenter
from shared.http.admission import Admission
from shared.http.gateway_key import GatewayKeyMiddleware, client_ip
from shared.http.health import Health
from shared.http.metrics import Metrics, MetricsMiddleware
from shared.http.request_id import RequestIdMiddleware, request_id
from shared.limits import RateLimiter
from shared.outbox import Count, EventReceiver, HttpEvents, OutboxWorker, Sending, no_count
from shared.tokens import BearerAuthenticator, Caller, bearer_authenticator

EVENTS_WAIT_AT_MOST = timedelta(minutes=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What lives as long as the app."""

    settings: CatalogSettings
    database: Database
    limiter: RateLimiter
    views: ViewLog
    views_by_nobody: ViewLog
    slots: WriteSlots
    accounts: AuthAccounts
    exports: ExportLinks
    images: ImageLinks
    store: ImageStore
    keeper: ImageKeeper
    pickup_guesses: PickupGuesses
    authenticator: BearerAuthenticator

    @classmethod
    def of(cls, settings: CatalogSettings) -> Self:
        """Build them all; none connects to anything yet."""
        database = Database.from_settings(settings)
        limiter = RateLimiter(settings.limits_url.get_secret_value())
        store = ImageStore(
            settings.image_store, settings.image_store_key_id, settings.image_store_secret
        )
        return cls(
            settings,
            database,
            limiter=limiter,
            views=ViewLog(settings.views_kept),
            views_by_nobody=ViewLog(settings.views_kept, count_views_by_nobody),
            slots=WriteSlots(settings.writers, settings.database_timeout_seconds),
            accounts=AuthAccounts(settings),
            exports=export_links(settings),
            images=image_links(settings),
            store=store,
            keeper=ImageKeeper(database, store),
            pickup_guesses=PickupGuesses(limiter),
            authenticator=bearer_authenticator(settings, issued_since=LastRestore(database).at),
        )

    @property
    def view_logs(self) -> tuple[ViewLog, ViewLog]:
        """Both are written from time to time, and at the end."""
        return self.views, self.views_by_nobody

    def context(self, request: Request, caller: Caller) -> CatalogContext:
        """What the resolvers of one request read."""
        return CatalogContext(
            caller=caller,
            client_ip=client_ip(request),
            request_id=request_id(request),
            database=self.database,
            limiter=self.limiter,
            views=self.views,
            views_by_nobody=self.views_by_nobody,
            slots=self.slots,
            accounts=self.accounts,
            limits=self.settings.customer_limits,
            invitation_counts=InvitationCounts(self.limiter, self.settings.invitation_limits),
            pickup_guesses=self.pickup_guesses,
            exports=self.exports,
            images=self.images,
        )


def create_app(settings: CatalogSettings) -> Starlette:
    """The ASGI app. Connects to nothing until its lifespan begins."""
    parts = Parts.of(settings)
    health = Health(
        {"database": MigratedDatabase(parts.database, "catalog_service").check},
        optional={"limits": parts.limiter.check, "writes": parts.database.writable},
    )
    admission = Admission.from_settings(settings)
    metrics = _metrics(*parts.view_logs)
    metrics.watch(admission)
    metrics.watch_limits(parts.limiter.store)
    view = SubgraphView(
        schema,
        parts.authenticator,
        parts.context,
        ErrorPresenter([CatalogError], debug=settings.debug),
        admission,
        max_body_bytes=settings.max_body_bytes,
        introspection=settings.is_dev,
    )
    app = Starlette(
        routes=[
            Route("/graphql", view),
            *_other_routes(parts),
            Route("/metrics", metrics.endpoint),
            *health.routes(),
        ],
        middleware=_middleware(settings, metrics),
        lifespan=lambda _app: _lifespan(parts, metrics, admission),
    )
    app.state.health = health
    app.state.door = door_of(admission, metrics)
    return app


def _other_routes(parts: Parts) -> list[Route]:
    database = parts.database
    return [
        Route(PATH, exports_endpoint(database, parts.exports), methods=["GET"]),
        Route("/internal/events", events_endpoint(database), methods=["POST"]),
        Route("/internal/invitations", invitations_endpoint(database), methods=["POST"]),
        *ImageEndpoints(parts.keeper, parts.store, parts.images).routes(),
    ]


def _middleware(settings: CatalogSettings, metrics: Metrics) -> list[Middleware]:
    return [
        Middleware(RequestIdMiddleware),
        Middleware(MetricsMiddleware, metrics=metrics),
        Middleware(
            GatewayKeyMiddleware, keys=settings.gateway_keys, access=settings.subgraph_access
        ),
    ]


def _metrics(*logs: ViewLog) -> Metrics:
    metrics = Metrics()
    for name, text, value in (
        ("catalog_views_waiting", "Views not yet written.", lambda: sum(map(len, logs))),
        (
            "catalog_views_dropped",
            "Views that did not fit.",
            lambda: sum(log.dropped for log in logs),
        ),
    ):
        Gauge(name, text, registry=metrics.registry).set_function(value)
    return metrics


@asynccontextmanager
async def _lifespan(parts: Parts, metrics: Metrics, admission: Admission) -> AsyncIterator[None]:
    settings, database = parts.settings, parts.database
    await database.require_at_start()
    events = HttpEvents(settings.auth_service_url, settings.auth_gateway_key)
    worker = outbox_worker(settings, database, events, metrics.outbox_counter([EVENT]))
    worker.start()
    work = [asyncio.create_task(each) for each in _repeated(parts)]
    try:
        with admission.measured():
            yield
    finally:
        for task in work:
            task.cancel()
        for task in work:
            with suppress(asyncio.CancelledError):
                await task
        await worker.stop()
        await events.close()
        await parts.accounts.close()
        for views in parts.view_logs:
            await _write_last_views(views, database)
        await parts.authenticator.close()
        await database.dispose()


def _repeated(parts: Parts) -> list[Coroutine[Any, Any, None]]:
    """What is done again and again while the app lives."""
    settings, database = parts.settings, parts.database
    ask = partial(ask_after_partners, database, parts.accounts)
    return [
        repeat("schedules", settings.schedules_every_seconds, partial(publish_schedules, database)),
        repeat("reminders", settings.remind_every_seconds, partial(remind, database)),
        repeat("pictures", settings.images_every_seconds, parts.keeper.remove_unshown),
        repeat("expiry", settings.expire_every_seconds, partial(expire_reservations, database)),
        *(
            repeat("views", settings.views_every_seconds, partial(views.flush, database))
            for views in parts.view_logs
        ),
        repeat("partners", settings.partners_every_seconds, ask),
    ]


def image_links(settings: CatalogSettings) -> ImageLinks:
    """Links for uploading, signed likewise."""
    base = settings.public_url or settings.catalog_service_url
    return ImageLinks(base, settings.gateway_keys or (secrets.token_bytes(32),))


def export_links(settings: CatalogSettings) -> ExportLinks:
    """Links signed with what all instances share: the gateway keys, or a secret of this process."""
    base = settings.public_url or settings.catalog_service_url
    return ExportLinks(base, settings.gateway_keys or (secrets.token_bytes(32),))


def outbox_worker(
    settings: CatalogSettings, database: Database, events: EventReceiver, count: Count = no_count
) -> OutboxWorker:
    """What hands the catalog's events to the auth service, until each is taken."""
    deliver = partial(deliver_event, database, events)
    sending = Sending(
        database,
        OUTBOX,
        deliver,
        worth={},
        longest_delay={EVENT: EVENTS_WAIT_AT_MOST},
        count=count,
    )
    return OutboxWorker(sending, settings.outbox_poll_seconds)


async def _write_last_views(views: ViewLog, database: Database) -> None:
    try:
        await views.flush(database)
    except ApplicationError as error:
        log.warning("views lost at shutdown", count=len(views), error=type(error).__name__)
