"""A consumer in Python, with gql."""

from collections.abc import Sequence
from typing import Any

from gql import Client, GraphQLRequest, gql
from gql.transport.exceptions import TransportQueryError, TransportServerError
from gql.transport.httpx import HTTPXAsyncTransport

SIGN_IN = """
  mutation SignIn($email: String!, $password: String!) {
    login(email: $email, password: $password) { accessToken refreshToken }
  }
"""
RENEW = "mutation Renew($token: String!) { refresh(refreshToken: $token) { accessToken } }"


class Consumer:
    """Asks as one account. ``tokens`` may be kept between runs; the access token is renewed."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.tokens: dict[str, str] = {}

    async def sign_in(self, email: str, password: str) -> None:
        answer = await self.ask(SIGN_IN, {"email": email, "password": password})
        self.tokens = answer["login"]

    async def ask(self, text: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """Answer one operation."""
        [answer] = await self.ask_all([(text, variables)])
        return answer

    async def ask_all(
        self, operations: Sequence[tuple[str, dict[str, Any] | None]]
    ) -> list[dict[str, Any]]:
        """Answer up to ten operations with one HTTP request, in their order."""
        try:
            return await self._send(operations)
        except (TransportServerError, TransportQueryError) as error:
            if not is_signed_out(error) or not self.tokens:
                raise
        renewed = await self._send([(RENEW, {"token": self.tokens["refreshToken"]})])
        self.tokens.update(renewed[0]["refresh"])
        return await self._send(operations)

    async def _send(
        self, operations: Sequence[tuple[str, dict[str, Any] | None]]
    ) -> list[dict[str, Any]]:
        token = self.tokens.get("accessToken")
        headers = {"authorization": f"Bearer {token}"} if token else {}
        requests = [GraphQLRequest(gql(text), variable_values=given) for text, given in operations]
        async with Client(transport=HTTPXAsyncTransport(self.url, headers=headers)) as session:
            return list(await session.execute_batch(requests))


def is_signed_out(error: TransportServerError | TransportQueryError) -> bool:
    """Tell whether signing in (again) helps."""
    if isinstance(error, TransportServerError):
        return error.code == 401
    codes = [item.get("extensions", {}).get("code") for item in error.errors or []]
    return "UNAUTHENTICATED" in codes
