"""Why a Redis' address would never work: told at the start, not by limits that hold for nobody."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

SCHEMES = ("redis://", "rediss://")


def redis_url_faults(name: str, url: str | None) -> Iterator[str]:
    """Yield a fault if ``url`` has a parameter that the client does not take, or a file is missing.

    Nothing is connected to. The text is not repeated: it may hold a password.
    """
    if url is None or not url.startswith(SCHEMES):
        return
    from redis.asyncio import Redis, SSLConnection  # noqa: PLC0415  its client is large

    try:
        pool = Redis.from_url(url).connection_pool
        connection = pool.connection_class(**pool.connection_kwargs)
        if isinstance(connection, SSLConnection):
            connection.ssl_context.get()
    except OSError as error:
        yield f"{name}: cannot read a certificate or key: {error.strerror}"
    except Exception:  # noqa: BLE001  whatever its constructor makes of the text
        yield f"{name}: must be redis://host:port/0, with parameters that its client takes"


def unverified_redis(name: str, url: str | None) -> Iterator[str]:
    """Yield a fault if ``url`` says not to look who answers."""
    try:
        given = {key: value.lower() for key, value in parse_qsl(urlsplit(url or "").query)}
    except ValueError:
        return  # told elsewhere: it is no URL
    if given.get("ssl_cert_reqs", "required") != "required":
        yield f"{name}: ssl_cert_reqs must be required unless ENV=dev"
    if given.get("ssl_check_hostname", "true") in {"false", "0", "no"}:
        yield f"{name}: ssl_check_hostname must be true unless ENV=dev"
