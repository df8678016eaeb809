"""Who a client is to limits: an IPv4 address, or the part of IPv6 that one subscriber is given."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_network

SITE = 64
"""Bits of an IPv6 address; single addresses of its network cost an attacker nothing."""
_NAT64 = IPv6Network("64:ff9b::/96")
_LOW_32_BITS = 0xFFFF_FFFF


def origin(address: IPv4Address | IPv6Address) -> str:
    """IPv4 whole, also where it comes in IPv6; IPv6 cut to its /64."""
    if isinstance(address, IPv4Address):
        return str(address)
    inner = _embedded(address)
    return str(
        ip_network((address, SITE), strict=False).network_address if inner is None else inner
    )


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The client of IPv4 that a translator or a tunnel names (RFC 4291, 6052, 3056).

    All of a NAT64 share one /64, and one host of 6to4 has 65,536 of them.
    """
    if address in _NAT64:
        return IPv4Address(int(address) & _LOW_32_BITS)
    return address.ipv4_mapped or address.sixtofour
