"""Delivering events to another service's internal endpoint."""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

import httpx2
from pydantic import SecretStr

from shared.connection_faults import fault_of
from shared.http.gateway_key import KEY_HEADER
from shared.outbox.items import NotSent
from shared.service_client import service_client

TIMEOUT_SECONDS = 10.0


class EventNotTaken(NotSent):
    """The receiver did not confirm the event; it is delivered again later."""


class EventReceiver(Protocol):
    """Takes events; the same one twice does no harm."""

    async def deliver(self, event: Mapping[str, Any]) -> None:
        """Hand the event over; raises ``EventNotTaken``."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class HttpEvents:
    """``POST {service_url}/internal/events`` with that service's gateway key."""

    def __init__(self, service_url: str, key: SecretStr | None) -> None:
        self._url = f"{service_url.rstrip('/')}/internal/events"
        self._headers = {} if key is None else {KEY_HEADER: key.get_secret_value()}
        self._client = service_client(service_url, TIMEOUT_SECONDS)

    async def deliver(self, event: Mapping[str, Any]) -> None:
        """See ``EventReceiver``; only 204 confirms."""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):  # of all of it; the client's is of a step
                response = await self._client.post(
                    self._url, json=dict(event), headers=self._headers
                )
        except (httpx2.HTTPError, TimeoutError) as error:
            raise EventNotTaken(fault_of(error)) from error
        if response.status_code != httpx2.codes.NO_CONTENT:
            raise EventNotTaken(f"answered {response.status_code}")

    async def close(self) -> None:
        """See ``EventReceiver``."""
        await self._client.aclose()
