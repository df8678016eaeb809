"""How a database's certificate is checked, as libpq's parameters say it.

https://www.postgresql.org/docs/current/libpq-ssl.html
"""

import ssl

from shared.errors import ConfigurationError

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_SYSTEM = "system"


def read_tls(query: dict[str, str]) -> ssl.SSLContext | str | None:
    """Take ``sslmode`` and its kin out of ``query``; return asyncpg's ``ssl``, if any.

    Raises ``ConfigurationError`` for what cannot be read, and for an authority that would be
    checked by nothing.
    """
    mode = query.pop("sslmode", None) or query.pop("ssl", None)
    authority = query.pop("sslrootcert", None)
    own = query.pop("sslcert", None)
    key = query.pop("sslkey", None)
    passphrase = query.pop("sslpassword", "")
    if mode is not None and mode not in SSL_MODES:
        raise ConfigurationError(f"DATABASE_URL: sslmode must be one of {', '.join(SSL_MODES)}")
    if authority is None and own is None:
        return mode
    if mode not in SSL_MODES[3:]:
        raise ConfigurationError(
            "DATABASE_URL: sslrootcert and sslcert need sslmode=verify-full (or verify-ca, require)"
        )
    context = _context(mode, authority)
    if own is not None:
        _show(context, own, key, passphrase)
    return context


def _context(mode: str | None, authority: str | None) -> ssl.SSLContext:
    """Trust the authority that is named and no other: with verify-ca no name is looked at, so that
    anybody's certificate from a public authority would do.
    """
    if authority is None and mode == "require":
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # as libpq: encrypted, to whoever answers
        return context
    if authority == _SYSTEM or authority is None:
        if mode != "verify-full":
            raise ConfigurationError(f"DATABASE_URL: sslmode={mode} needs a file as sslrootcert")
        return ssl.create_default_context()
    try:
        context = ssl.create_default_context(cafile=authority)
    except OSError as error:
        raise ConfigurationError(f"DATABASE_URL: sslrootcert cannot be read: {error}") from None
    # require with an authority is verify-ca, as libpq has it
    context.check_hostname = mode == "verify-full"
    return context


def _show(context: ssl.SSLContext, certificate: str, key: str | None, passphrase: str) -> None:
    try:
        context.load_cert_chain(certificate, key, lambda: passphrase)
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"DATABASE_URL: sslcert cannot be used: {error}") from None
