"""Two gateways asked the same over HTTP, and what differs between their answers."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.testkit.generator import Generated

_OWN_CODES = frozenset({"OPERATION_TOO_COMPLEX", "GRAPHQL_VALIDATION_FAILED"})


@dataclass(frozen=True, slots=True)
class Reply:
    """``data`` as JSON text keeps the order of keys; ``errors`` are (path, code or None)."""

    data: str
    errors: frozenset[tuple[tuple[Any, ...], str | None]]

    @classmethod
    def of(cls, tree: Any, errors: frozenset[tuple[tuple[Any, ...], str | None]]) -> Reply:
        """A reply with this data."""
        return cls(json.dumps(tree), errors)

    @property
    def tree(self) -> Any:
        """The data, decoded."""
        return json.loads(self.data)

    @property
    def paths(self) -> set[tuple[Any, ...]]:
        """Where the errors are."""
        return {path for path, _ in self.errors}

    @property
    def refused(self) -> bool:
        """Whether the gateway did not execute the operation at all, for a rule of its own."""
        return self.tree is None and {code for _, code in self.errors} & _OWN_CODES != set()


def reply_of(body: dict[str, Any]) -> Reply:
    """The parts of a GraphQL response."""
    return Reply.of(
        body.get("data"),
        frozenset(
            (tuple(error.get("path") or ()), (error.get("extensions") or {}).get("code"))
            for error in body.get("errors") or ()
        ),
    )


@dataclass(frozen=True, slots=True)
class Side:
    """One gateway: where it is and the headers that it is sent."""

    client: httpx2.AsyncClient
    url: str
    token: str | None = None

    async def ask(self, generated: Generated) -> Reply:
        """Answer one operation."""
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        body = {"query": generated.text, "variables": generated.variables}
        try:
            response = await self.client.post(self.url, json=body, headers=headers)
        except httpx2.RemoteProtocolError:  # an idle connection that was closed just now
            response = await self.client.post(self.url, json=body, headers=headers)
        return reply_of(response.json())


async def ask_both(ours: Side, theirs: Side, generated: Generated) -> tuple[Reply, Reply]:
    """Ask both at once: what changes with time changes for both."""
    return await asyncio.gather(ours.ask(generated), theirs.ask(generated))


def differences(ours: Reply, theirs: Reply) -> list[str]:
    """What differs, by kind: ``data``, ``order`` of keys, error ``paths``, error ``codes``.

    Codes are compared at paths that both name, where the peer has any.
    """
    found = []
    if ours.tree != theirs.tree:
        found.append("data")
    elif ours.data != theirs.data:
        found.append("order")
    if ours.paths != theirs.paths:
        found.append("paths")
    if not all(_names(ours, path, code) for path, code in theirs.errors if code is not None):
        found.append("codes")
    return found


def _names(ours: Reply, path: tuple[Any, ...], code: str) -> bool:
    """Whether we name the peer's code at a path, or nothing at all there."""
    return path not in ours.paths or (path, code) in ours.errors
