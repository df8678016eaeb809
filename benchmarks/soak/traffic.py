"""Everything that clients do, well and badly, each document another one."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.testkit.client import Client
from tests.testkit.fleet import Fleet

_FIELDS = ("id", "title", "description", "tags", "status", "createdAt", "availability")
LOGIN = """mutation($e: String!) { login(email: $e, password: "Wr0ng-passw0rd") { expiresIn } }"""


def document(number: int) -> str:
    """A document of its own for each number, in structure and not only by its name."""
    chosen = [name for bit, name in enumerate(_FIELDS) if number >> bit & 1] or ["id"]
    aliases = " ".join(f"a{number}_{n}: {name}" for n, name in enumerate(chosen))
    deeper = (
        f"place {{ p{number}: name partnerships {{ partner {{ id }} }} }}" if number % 3 else ""
    )
    selection = f"edges {{ node {{ {aliases} {deeper} }} }}"
    return f"query Q{number} {{ o{number}: offers(first: {number % 5 + 1}) {{ {selection} }} }}"


@dataclass
class Traffic:
    """Goes through its kinds in turn; ``seen`` counts the answers' codes."""

    fleet: Fleet
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    seen: Counter[str] = field(default_factory=Counter)

    async def one(self) -> None:
        """What one client does next."""
        number = next(self.numbers)
        client = self.fleet.gateways[number % len(self.fleet.gateways)]
        match number % 20:
            case 0:
                await self._vanish(number)
            case 1:
                await self._post(client, {"query": f"{{ unknown{number} }}"})
            case 2:
                await self._post(client, {"query": f"{{ a{number}: me {{ id email }} "})
            case 3:
                email = f"nobody{number}@example.com"
                await self._post(client, {"query": LOGIN, "variables": {"e": email}})
            case 4:
                await self._post(client, [{"query": document(number)}, {"query": "{ me { id } }"}])
            case 5:
                tags = {"query": document(number), "variables": {"x": ["b"] * 5_000}}
                await self._post(client, tags)
            case 6:
                await self._post(client, {"query": document(number)}, f"Bearer bad.token.{number}")
            case _:
                await self._post(client, {"query": document(number)})

    async def _post(self, client: Client, body: Any, authorization: str | None = None) -> None:
        headers = {} if authorization is None else {"authorization": authorization}
        answer = await client.http.post("/graphql", json=body, headers=headers)
        reply = answer.json()
        for item in reply if isinstance(reply, list) else [reply]:
            codes = {error["extensions"]["code"] for error in item.get("errors", [])}
            self.seen.update(codes or {"answered"})

    async def _vanish(self, number: int) -> None:
        server = self.fleet.gateway_servers[number % len(self.fleet.gateway_servers)]
        body = json.dumps({"query": document(number)}).encode()
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        head = f"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n"
        with suppress(ConnectionError):
            writer.write(f"{head}content-type: application/json\r\n\r\n".encode() + body)
            await writer.drain()
            await asyncio.sleep(0.005)
        writer.transport.abort()
        self.seen["vanished"] += 1


async def run(traffic: Traffic, clients: int, enough: asyncio.Event) -> None:
    """Keep ``clients`` busy until ``enough`` is set."""

    async def client() -> None:
        while not enough.is_set():
            await traffic.one()

    await asyncio.gather(*(client() for _ in range(clients)))
