"""Where a request comes from: the peer, or what proxies that are trusted say of it."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from gateway.http.remembering import remembering_both
from shared.http.origins import origin

Network = IPv4Network | IPv6Network
_MAPPED = 96
_MOST_PROXIES = 64


class TrustedProxies:
    """The networks whose X-Forwarded-For entries are believed. None by default."""

    def __init__(self, networks: Sequence[str]) -> None:
        self.networks: tuple[Network, ...] = tuple(map(_network, networks))
        self.client_address = remembering_both(4_096)(self._client_address)

    def _client_address(self, peer: str | None, forwarded_for: str | None) -> str | None:
        """Return the rightmost address outside the trusted networks, as limits count it.

        Each proxy appends the address that it saw; entries left of an untrusted one are the
        client's own invention.
        """
        if peer is None:
            return None
        found = peer
        if self.networks and forwarded_for:
            for entry in reversed([e.strip() for e in forwarded_for.rsplit(",", _MOST_PROXIES)]):
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


def _network(text: str) -> Network:
    """A network; one of IPv4 written as IPv6 is the same as in its own words."""
    network = ip_network(text, strict=False)
    if isinstance(network, IPv6Network) and network.prefixlen >= _MAPPED:
        mapped = network.network_address.ipv4_mapped
        return network if mapped is None else IPv4Network((mapped, network.prefixlen - _MAPPED))
    return network


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """An address; some proxies write its port too: ``192.0.2.1:50123``, ``[2001:db8::1]:80``.

    Where IPv6 is listened on, clients of IPv4 come as ``::ffff:192.0.2.1``.
    """
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _cut(text: str) -> str | None:
    address = _parsed(text)
    return None if address is None else origin(address)
