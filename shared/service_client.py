"""Clients for calling our own services, and what else the settings name. None follows redirects."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx2

from shared.settings.exposure import is_public


def service_client(
    url: str, timeout: float, headers: Mapping[str, str] | None = None
) -> httpx2.AsyncClient:
    """A client for the service at ``url``; ``timeout`` in seconds.

    No proxy of the environment (HTTP_PROXY) comes between: a service is where the settings say, and
    its gateway key is for nobody else. Reading the trusted certificates costs 70 ms, so where no
    TLS is spoken they are not read.
    """
    straight = httpx2.AsyncHTTPTransport(verify=url.startswith("https:"))
    return httpx2.AsyncClient(transport=straight, timeout=timeout, headers=headers)


def client_for(
    url: str, timeout: float, headers: Mapping[str, str] | None = None
) -> httpx2.AsyncClient:
    """As ``service_client``, but by the environment's proxy to a host of the public network.

    A company's machines know no other way to an issuer or a registry of others.
    """
    if is_public(urlsplit(url).hostname):
        return httpx2.AsyncClient(timeout=timeout, headers=headers)
    return service_client(url, timeout, headers)
