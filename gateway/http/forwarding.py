"""Which headers of a client may travel at all; each subgraph's own rules choose among them."""

from __future__ import annotations

from gateway.settings import GatewaySettings, HeaderSettings

HOP_BY_HOP = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Never travel: they belong to one connection or one body (RFC 9110, 7.6.1)."""

OWN = frozenset({"x-request-id", "x-client-ip"})
"""Never travel from a client: the gateway makes them."""


def travelling(settings: GatewaySettings) -> frozenset[str]:
    """Return the names, in lower case, of all client headers that some subgraph may get."""
    sections = [settings.all_subgraphs, *settings.subgraphs.values()]
    rules = [section.headers or HeaderSettings() for section in sections]
    names = {name.lower() for rule in rules for name in (*rule.forward, *rule.rename)}
    return frozenset(names) - HOP_BY_HOP - OWN
