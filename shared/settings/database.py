"""Why a database's address must not start a service. The gateway, which has none, goes without."""

from collections.abc import Iterator

from shared.database_url import read_database_url
from shared.errors import ConfigurationError

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
    try:
        password = read_database_url(url).url.password
    except ConfigurationError:
        return  # told elsewhere: it is no database's address
    if password is not None and password.lower() in GUESSABLE:
        yield f"{name}: has a password that everybody tries first"
