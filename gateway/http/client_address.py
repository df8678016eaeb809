"""Where a request comes from: the peer, or what proxies that are trusted say of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
_SITE = 64


class TrustedProxies:
    """The networks whose X-Forwarded-For entries are believed. None by default."""

    def __init__(self, networks: Sequence[str]) -> None:
        self.networks: tuple[Network, ...] = tuple(ip_network(n, strict=False) for n in networks)
        self.client_address = lru_cache(maxsize=4_096)(self._client_address)

    def _client_address(self, peer: str | None, forwarded_for: str | None) -> str | None:
        """Return the rightmost address outside the trusted networks, IPv6 cut to its /64.

        Each proxy appends the address that it saw; entries left of an untrusted one are the
        client's own invention.
        """
        if peer is None:
            return None
        found = peer
        if self.networks and forwarded_for:
            for entry in reversed([e.strip() for e in forwarded_for.split(",")]):
                if not self._is_trusted(found):
                    break
                if _parsed(entry) is None:
                    break
                found = entry
        return _cut(found)

    def _is_trusted(self, text: str) -> bool:
        address = _parsed(text)
        return address is not None and any(
            address.version == network.version and address in network for network in self.networks
        )


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.strip("[]"))
    except ValueError:
        return None


def _cut(text: str) -> str | None:
    address = _parsed(text)
    if address is None:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((address, _SITE), strict=False).network_address)
    return str(address)
