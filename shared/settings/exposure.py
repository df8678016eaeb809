"""What production must not send in the clear, or to anybody: addresses and secrets looked at.

A name without a dot, a private address, or a name under a top-level domain that no public name has
is a private network's: containers and clusters speak plain HTTP there, between themselves.
"""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

PRIVATE_DOMAINS = ("internal", "local", "localhost", "svc", "lan", "home", "corp", "test")
KEY_BYTES = 16


def is_public(host: str | None) -> bool:
    """Whether a host is reached over networks of others, as far as its name tells."""
    if not host:
        return False
    try:
        return not ip_address(host).is_private
    except ValueError:
        labels = host.rstrip(".").lower().split(".")
        return len(labels) > 1 and labels[-1] not in PRIVATE_DOMAINS


def plain_http(name: str, url: str | None) -> Iterator[str]:
    """Yield a fault if ``url`` is plain HTTP (or Redis) to a public host."""
    try:
        parts = urlsplit(url or "")
        host = parts.hostname
    except ValueError:
        return  # told elsewhere: it is no URL
    if parts.scheme in {"http", "redis"} and is_public(host):
        yield f"{name}: must be {parts.scheme}s:// to a host that is not private"


def weak_key(name: str, key: str | None) -> Iterator[str]:
    """Yield a fault if a shared key is short or was left as in an example."""
    if key is None:
        return
    if len(key.encode()) < KEY_BYTES:
        yield f"{name}: must have at least {KEY_BYTES} bytes"
    elif len(set(key)) < 6 or "change" in key.lower() or "placeholder" in key.lower():  # noqa: PLR2004
        yield f"{name}: is not random (make one with: openssl rand -base64 24)"
