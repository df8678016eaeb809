"""Whose address subgraphs are told: the peer's, or what trusted proxies say."""

from __future__ import annotations

import pytest

from gateway.http.client_address import TrustedProxies

PROXIES = ["10.0.0.0/8", "fd00::/8"]


@pytest.mark.parametrize(
    ("networks", "peer", "forwarded_for", "expected"),
    [
        ([], "1.2.3.4", None, "1.2.3.4"),
        ([], "1.2.3.4", "9.9.9.9", "1.2.3.4"),
        (PROXIES, "1.2.3.4", "9.9.9.9", "1.2.3.4"),
        (PROXIES, "10.0.0.1", "9.9.9.9", "9.9.9.9"),
        (PROXIES, "10.0.0.1", "6.6.6.6, 9.9.9.9, 10.0.0.2", "9.9.9.9"),
        (PROXIES, "10.0.0.1", "6.6.6.6, forged, 10.0.0.2", "10.0.0.2"),
        (PROXIES, "10.0.0.1", "", "10.0.0.1"),
        (PROXIES, "fd00::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ([], "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
        ([], "::ffff:1.2.3.4", None, "1.2.3.4"),
        (PROXIES, "::ffff:10.0.0.1", "6.6.6.6, 9.9.9.9, ::ffff:10.0.0.2", "9.9.9.9"),
        (PROXIES, "10.0.0.1", "6.6.6.6:1, 9.9.9.9:50123", "9.9.9.9"),
        (PROXIES, "10.0.0.1", "9.9.9.9:50123, 10.0.0.2:80", "9.9.9.9"),
        (PROXIES, "fd00::1", "[2001:db8:1:2:3:4:5:6]:50123", "2001:db8:1:2::"),
        (PROXIES, "fd00::1", "[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::"),
        (PROXIES, "10.0.0.1", "9.9.9.9, 6.6.6.6:port:1", "10.0.0.1"),
        (["::ffff:10.0.0.0/104"], "::ffff:10.0.0.1", "9.9.9.9", "9.9.9.9"),
        (["::ffff:10.0.0.0/104"], "11.0.0.1", "9.9.9.9", "11.0.0.1"),
        ([], "64:ff9b::1.2.3.4", None, "1.2.3.4"),
        (PROXIES, "fd00::1", "[64:ff9b::1.2.3.4]:50123", "1.2.3.4"),
        ([], "2002:102:304:5::6", None, "1.2.3.4"),
        ([], None, "9.9.9.9", None),
        ([], "testclient", None, None),
    ],
)
def test_the_rightmost_address_outside_trusted_networks(
    networks: list[str], peer: str | None, forwarded_for: str | None, expected: str | None
) -> None:
    assert TrustedProxies(networks).client_address(peer, forwarded_for) == expected
