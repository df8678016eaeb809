"""Why a database's address must not start a service. The gateway, which has none, goes without."""

from collections.abc import Iterator

from shared.database.url import DatabaseAddress, read_database_url
from shared.errors import ConfigurationError
from shared.settings.exposure import is_public

# As people leave them: examples of documentation, and names of what they open.
GUESSABLE = {"", "postgres", "password", "secret", "changeme", "change-me", "admin", "root", "est"}


def database_url_faults(url: str) -> list[str]:
    """Why this is not the address of a database."""
    try:
        read_database_url(url)
    except ConfigurationError as fault:
        return [str(fault)]
    return []


def guessable_password(name: str, url: str) -> Iterator[str]:
    """Yield a fault if ``url`` has a password that everybody tries first.

    None at all is another way to sign in.
    """
    address = _address(url)
    password = address.url.password if address is not None else None
    if password is not None and password.lower() in GUESSABLE:
        yield f"{name}: has a password that everybody tries first"


def plain_database(name: str, url: str) -> Iterator[str]:
    """Yield a fault if ``url`` leads over networks of others and does not insist on TLS.

    ``prefer``, which is meant where nothing is said, goes on in the open when TLS is not offered.
    """
    address = _address(url)
    if address is None or not is_public(address.url.host):
        return
    if address.connect_args.get("ssl") in {None, "disable", "allow", "prefer"}:
        yield f"{name}: needs sslmode=verify-full (or require) to a host that is not private"


def _address(url: str) -> DatabaseAddress | None:
    """Return the address; None for what is none, which is told elsewhere."""
    try:
        return read_database_url(url)
    except ConfigurationError:
        return None
