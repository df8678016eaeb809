"""A client of the gateway, as a front end would write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx2


@dataclass(frozen=True, slots=True)
class Answer:
    """One GraphQL response."""

    data: dict[str, Any] | None
    errors: list[dict[str, Any]]

    @property
    def codes(self) -> list[str]:
        """The code of each error."""
        return [error["extensions"]["code"] for error in self.errors]

    def field(self, *path: str) -> Any:
        """The value at ``path``; fails the test where the answer has errors."""
        assert not self.errors, self.errors
        value: Any = self.data
        for key in path:
            assert value is not None, f"{key} of {path}: {self.data}"
            value = value[key]
        return value


class Client:
    """Sends operations to one gateway, each call signed in as ``token`` says."""

    def __init__(self, base_url: str) -> None:
        self.http = httpx2.AsyncClient(base_url=base_url, timeout=60)

    async def run(
        self, query: str, variables: dict[str, Any] | None = None, token: str | None = None
    ) -> Answer:
        """Answer one operation."""
        return answer_of(await self.post({"query": query, "variables": variables or {}}, token))

    async def batch(self, queries: Sequence[str], token: str | None = None) -> list[Answer]:
        """Answer an array of operations."""
        replies = await self.post([{"query": query} for query in queries], token)
        return [answer_of(reply) for reply in replies]

    async def post(self, body: Any, token: str | None = None) -> Any:
        """POST JSON to /graphql and return the JSON of the answer."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = await self.http.post("/graphql", json=body, headers=headers)
        return response.json()

    async def sign_in(self, email: str, password: str) -> str:
        """The access token of an account."""
        query = "mutation($e: String!, $p: String!) {login(email: $e, password: $p) {accessToken}}"
        answer = await self.run(query, {"e": email, "p": password})
        return str(answer.field("login", "accessToken"))


def answer_of(reply: dict[str, Any]) -> Answer:
    """The parts of a GraphQL response."""
    return Answer(reply.get("data"), reply.get("errors", []))
