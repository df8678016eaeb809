"""A running auth service and short ways to talk to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
from starlette.applications import Starlette

from auth_service.api.app import create_app
from auth_service.core.settings import AuthSettings
from auth_service.services.dependencies import Dependencies
from tests.testkit.behind import Behind, opened_behind
from tests.testkit.postgres import Databases

PASSWORD = "Passw0rd-1"
SESSION = "accessToken refreshToken tokenType expiresIn user { id email role isVerified }"
USER = "id role email isVerified createdAt"


@dataclass
class Answer:
    """A GraphQL answer."""

    response: httpx2.Response

    @property
    def data(self) -> Any:
        """``data``, or nothing."""
        return self.response.json().get("data")

    @property
    def errors(self) -> list[dict[str, Any]]:
        """All errors."""
        errors: list[dict[str, Any]] = self.response.json().get("errors", [])
        return errors

    @property
    def codes(self) -> list[str]:
        """The errors' codes."""
        return [error["extensions"]["code"] for error in self.errors]

    @property
    def code(self) -> str | None:
        """The only error's code; None without errors."""
        assert len(self.errors) <= 1, self.errors
        return self.codes[0] if self.errors else None


@dataclass
class Subgraph:
    """The service. ``origin`` is the client address the gateway tells it."""

    app: Starlette
    http: httpx2.AsyncClient
    settings: AuthSettings
    behind: Behind

    @property
    def deps(self) -> Dependencies:
        """What its use cases are given."""
        deps: Dependencies = self.app.state.deps
        return deps

    async def ask(
        self, query: str, token: str | None = None, origin: str = "192.0.2.1", **variables: Any
    ) -> Answer:
        """One operation."""
        headers = {"x-client-ip": origin}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        body = {"query": query, "variables": variables}
        return Answer(await self.http.post("/graphql", json=body, headers=headers))

    async def register(self, email: str, password: str = PASSWORD, **options: Any) -> Answer:
        """``register``; ``role`` may be given."""
        role = options.pop("role", "USER")
        return await self.ask(
            "mutation($e: String!, $p: String!, $r: SignUpRole!) "
            f"{{ register(email: $e, password: $p, role: $r) {{ {USER} }} }}",
            e=email,
            p=password,
            r=role,
            **options,
        )

    async def login(self, email: str, password: str = PASSWORD, **options: Any) -> Answer:
        """``login``."""
        return await self.ask(
            "mutation($e: String!, $p: String!) "
            f"{{ login(email: $e, password: $p) {{ {SESSION} }} }}",
            e=email,
            p=password,
            **options,
        )

    async def verify(self, token: str, **options: Any) -> Answer:
        """``verify``."""
        query = f"mutation($t: String!) {{ verify(token: $t) {{ {USER} }} }}"
        return await self.ask(query, t=token, **options)

    async def refresh(self, token: str, **options: Any) -> Answer:
        """``refresh``."""
        given = "accessToken tokenType expiresIn"
        query = f"mutation($t: String!) {{ refresh(refreshToken: $t) {{ {given} }} }}"
        return await self.ask(query, t=token, **options)

    async def signed_in(self, email: str, role: str = "USER") -> dict[str, Any]:
        """A registered account's session."""
        await self.register(email, role=role)
        session: dict[str, Any] = (await self.login(email)).data["login"]
        return session

    async def admin(self, email: str = "root@example.com") -> dict[str, Any]:
        """An admin's session."""
        session = await self.signed_in(email)
        await self.sql("UPDATE users SET role = 'admin' WHERE id = $1", UUID(session["user"]["id"]))
        admin: dict[str, Any] = (await self.login(email)).data["login"]
        return admin

    async def sql(self, statement: str, *arguments: object) -> list[Any]:
        """Look into the database, or change it, past the service."""
        return await self.behind.fetch(statement, *arguments)


@asynccontextmanager
async def running(settings: AuthSettings) -> AsyncIterator[Subgraph]:
    """The service within its lifespan, and a client that holds the gateway key."""
    app = create_app(settings)
    key = settings.gateway_keys[0].decode()
    async with (
        app.router.lifespan_context(app),
        opened_behind(settings.database_url.get_secret_value()) as behind,
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app),
            base_url="http://auth",
            headers={"x-gateway-key": key},
            timeout=30,
        ) as http,
    ):
        yield Subgraph(app, http, settings, behind)


@asynccontextmanager
async def running_alone(
    databases: Databases, folder: Path, **settings: Any
) -> AsyncIterator[Subgraph]:
    """The service on a database of its own, with nobody beside it but who ``settings`` name."""
    async with databases.lent("auth_service") as url:
        alone = AuthSettings(
            _env_file=None,
            database_url=url,
            gateway_key="gateway-key-of-tests",
            bcrypt_cost=4,
            est_home=folder,
            catalog_service_url="http://127.0.0.1:9",
            **settings,
        )
        async with running(alone) as subgraph:
            yield subgraph
