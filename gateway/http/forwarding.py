"""Which headers of a client may travel at all; each subgraph's own rules choose among them."""

from __future__ import annotations

from gateway.config.settings import GatewaySettings, HeaderSettings
from gateway.subgraphs.config import HOP_BY_HOP, OWN


def travelling(settings: GatewaySettings) -> frozenset[str]:
    """Return the names, in lower case, of all client headers that some subgraph may get."""
    sections = [settings.all_subgraphs, *settings.subgraphs.values()]
    rules = [section.headers or HeaderSettings() for section in sections]
    names = {name.lower() for rule in rules for name in (*rule.forward, *rule.rename)}
    return frozenset(names) - HOP_BY_HOP - OWN
