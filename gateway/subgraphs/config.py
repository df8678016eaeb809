"""How one subgraph is reached. Made from the settings; frozen; two equal ones share a client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

HOP_BY_HOP = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "accept",
        "accept-encoding",
        "expect",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Never travel: they belong to one connection or one body (RFC 9110, 7.6.1)."""


def named_in_connection(values: Iterable[str]) -> frozenset[str]:
    """Return what the values of a Connection header name: those headers go no further, either."""
    return frozenset(name.strip().lower() for value in values for name in value.split(","))


DEADLINE = "x-deadline-ms"
"""Milliseconds that are left to answer in; after them nobody waits for the answer any more."""

OWN = frozenset({"x-request-id", "x-client-ip", DEADLINE})
"""Never travel from a client: the gateway makes them."""


@dataclass(frozen=True, slots=True)
class HeaderRules:
    """What travels to a subgraph: forward, rename, insert, remove, in this order.

    Names are lower case. ``forward`` None: all that the request carries. The gateway's own
    headers (request id, client address) always travel unless removed; those that belong to the
    connection never do, whatever ``rename`` and ``insert`` say.
    """

    forward: frozenset[str] | None = None
    rename: tuple[tuple[str, str], ...] = ()
    insert: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    remove: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "insert", _without_hop_by_hop(self.insert, of=0))
        object.__setattr__(self, "rename", _without_hop_by_hop(self.rename, of=1))
        if self.forward is not None:
            object.__setattr__(self, "forward", (self.forward | OWN) - HOP_BY_HOP)

    def apply(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers of one request, fresh.

        Values that are not ASCII cannot travel, nor can those with line breaks or NUL: what
        follows a line break would be another header.
        """
        allowed = self.forward
        if allowed is None:
            sent = {name: value for name, value in headers.items() if name not in HOP_BY_HOP}
        else:
            sent = {name: value for name, value in headers.items() if name in allowed}
        if not _may_travel("".join(sent.values())):  # one look at all, nearly always enough
            sent = {name: value for name, value in sent.items() if _may_travel(value)}
        for old, new in self.rename:
            if old in sent:
                sent[new] = sent.pop(old)
        sent.update(self.insert)
        for name in self.remove:
            sent.pop(name, None)
        return sent


def _may_travel(value: str) -> bool:
    return value.isascii() and "\n" not in value and "\r" not in value and "\0" not in value


def _without_hop_by_hop(
    pairs: tuple[tuple[str, str], ...], *, of: int
) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in pairs if pair[of] not in HOP_BY_HOP)


@dataclass(frozen=True, slots=True)
class Tls:
    """``ca``: PEM bundle to trust beside the built-in roots. ``identity``: PEM of certificate and
    key for the client side. ``verify`` False accepts any certificate (development only).
    """

    ca: bytes | None = None
    identity: bytes | None = field(default=None, repr=False)
    verify: bool = True


@dataclass(frozen=True, slots=True)
class SubgraphConfig:
    """One subgraph's connection.

    ``timeout``: seconds for one request as a whole, retries not included; the request's deadline
    cuts it shorter. ``concurrency``: requests at once, the others wait in line. ``retries``: of
    queries whose connection died; mutations are never sent twice. ``max_reply_bytes`` holds
    before and after decompression. ``compression``: ask for gzip (worth it between machines).
    ``breaker_failures``: so many failures in a row open the breaker. ``response_headers``: what
    is kept of a reply's headers.
    """

    url: str
    timeout: float = 10.0
    concurrency: int = 256
    retries: int = 1
    max_reply_bytes: int = 16_000_000
    headers: HeaderRules = HeaderRules()
    tls: Tls = Tls()
    compression: bool = False
    breaker_failures: int = 8
    response_headers: frozenset[str] = frozenset({"cache-control"})
