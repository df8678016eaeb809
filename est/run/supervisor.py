"""Starts everything, waits, and stops everything: the table of contents of `est run`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol

from est.errors import ServerFailed, first_of_group
from est.postgres import PostgresServer
from est.run.children import Children
from est.run.databases import DatabaseUrls, Service, database_urls, databases
from est.run.hangup import hung_up
from est.run.keys import GatewayKeys
from est.run.mail import relay_mail
from est.run.ports import require_free_ports
from est.run.prepare import Command, prepare
from est.run.server_specs import ServerSpec, auth_server, catalog_server, gateway_server
from est.settings import Settings
from shared.process.signals import ending_signals

_WATCH_SECONDS = 0.5
_NOWHERE = DatabaseUrls()

Environment = Mapping[str, str]


class Watcher(Protocol):
    """Who wants to know how a run goes: the terminal's panel, or a test."""

    def stage(self, done: str) -> None:
        """Something is done on the way to be ready."""
        ...

    def ready(self, demo: str) -> None:
        """Everything answers; `demo` is what `est demo` said."""
        ...

    def mail(self, line: str) -> None:
        """Auth wrote a mail."""
        ...

    def stopping(self) -> None:
        """Everything is being stopped."""
        ...


async def run(
    settings: Settings, keys: GatewayKeys, inherited: Environment, watcher: Watcher
) -> None:
    """Run the whole system until SIGINT, SIGTERM or SIGHUP.

    Raises `OperatorError` when something cannot start or dies; everything is stopped by then.
    """
    stopped = _Stop()
    require_free_ports(_server_specs(settings, keys, _NOWHERE))
    logs = settings.est_home / "logs"
    logs.mkdir(parents=True, exist_ok=True, mode=0o700)  # links in mails stand there
    with databases(settings) as server:
        urls = await database_urls(settings, server)
        watcher.stage("databases are there")
        async with Children(inherited, logs, settings.start_seconds) as children:
            try:
                await _first_of(
                    _live(settings, keys, urls, inherited, children, watcher),
                    stopped.wait(),
                    children.first_death(),
                    _watch(server),
                )
            finally:
                watcher.stopping()


async def run_service(
    settings: Settings,
    service: Service,
    build: Callable[[DatabaseUrls], ServerSpec],
    inherited: Environment,
) -> None:
    """Run one service in the foreground, its database migrated first, until a signal."""
    stopped = _Stop()
    require_free_ports([build(_NOWHERE)])
    with databases(settings, (service,)) as server:
        urls = await database_urls(settings, server)
        command: Command = "migrate auth" if service == "auth" else "migrate catalog"
        await prepare(command, urls, inherited, asyncio.Event())
        await _first_of(
            _foreground(settings, build(urls), inherited), stopped.wait(), _watch(server)
        )


async def run_without_database(
    settings: Settings, spec: ServerSpec, inherited: Environment
) -> None:
    """Run one server in the foreground until a signal."""
    stopped = _Stop()
    require_free_ports([spec])
    await _first_of(_foreground(settings, spec, inherited), stopped.wait())


async def run_database(settings: Settings, tell: Callable[[DatabaseUrls], None]) -> None:
    """Run the embedded database until a signal; `tell` gets the URLs."""
    stopped = _Stop()
    embedded = settings.model_copy(update={"auth_database_url": None, "catalog_database_url": None})
    with databases(embedded) as server:
        tell(await database_urls(embedded, server))
        await _first_of(stopped.wait(), _watch(server))


async def _start(
    settings: Settings,
    keys: GatewayKeys,
    urls: DatabaseUrls,
    inherited: Environment,
    children: Children,
    watcher: Watcher,
) -> str:
    auth, catalog, gateway = _server_specs(settings, keys, urls)
    command: Command = "demo" if settings.is_dev and settings.demo_data else "migrate"
    with first_of_group():
        async with asyncio.TaskGroup() as group:
            # The gateway needs no database: it loads while tables are looked after. Who asks it
            # before the services are there is told UNAVAILABLE; nobody is told where it is.
            group.create_task(children.start(gateway))
            migrated = asyncio.Event()
            prepared = group.create_task(prepare(command, urls, inherited, migrated))
            await migrated.wait()
            watcher.stage("their tables are up to date")
            for spec in (auth, catalog):
                group.create_task(_start_service(spec, children, watcher))
    if command == "demo":
        watcher.stage(f"demo data: {prepared.result()}")
    watcher.stage("gateway answers")
    return prepared.result() if command == "demo" else ""


async def _start_service(spec: ServerSpec, children: Children, watcher: Watcher) -> None:
    await children.start(spec)
    watcher.stage(f"{spec.name} answers")


async def _foreground(settings: Settings, spec: ServerSpec, inherited: Environment) -> None:
    async with Children(inherited, None, settings.start_seconds) as children:
        await children.start(spec)
        await children.first_death()


async def _live(
    settings: Settings,
    keys: GatewayKeys,
    urls: DatabaseUrls,
    inherited: Environment,
    children: Children,
    watcher: Watcher,
) -> None:
    watcher.ready(await _start(settings, keys, urls, inherited, children, watcher))
    await relay_mail(settings.est_home / "logs" / "auth.log", watcher.mail)


def _server_specs(
    settings: Settings, keys: GatewayKeys, urls: DatabaseUrls
) -> tuple[ServerSpec, ...]:
    return (
        auth_server(settings, keys, urls.auth),
        catalog_server(settings, keys, urls.catalog),
        gateway_server(settings, keys),
    )


class _Stop:
    """Whoever started the run wants it to end: a signal, or a terminal that closes."""

    def __init__(self) -> None:
        self._signalled = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in ending_signals():
            loop.add_signal_handler(number, self._signalled.set)

    async def wait(self) -> None:
        await _first_of(self._signalled.wait(), hung_up())


async def _first_of(*works: Coroutine[Any, Any, object]) -> None:
    """Wait for the first to end; the others are cancelled, its error is raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    for task in done:
        task.result()


async def _watch(server: PostgresServer | None) -> None:
    """Raise `ServerFailed` when the embedded database dies."""
    while server is None or server.exit_code() is None:  # noqa: ASYNC110 -- another process
        await asyncio.sleep(_WATCH_SECONDS)
    raise ServerFailed(f"PostgreSQL ended by itself. The end of its log:\n{server.last_words()}")
