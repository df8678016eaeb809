"""The ``ssl`` context of a subgraph's settings, for the clients that are written in Python."""

from __future__ import annotations

import re
import ssl
import tempfile
from pathlib import Path

from gateway.subgraphs.config import Tls

CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----[\x00-\x7f]+?-----END CERTIFICATE-----")


def ssl_context(tls: Tls) -> ssl.SSLContext:
    """Return a context that verifies chain and host name, unless ``tls`` says otherwise.

    The system's authorities are trusted, and those of ``tls.ca`` beside them. Raises ssl.SSLError
    for PEM text that is none.
    """
    context = ssl.create_default_context()
    if tls.ca is not None:
        _trust(context, tls.ca)
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls.identity is not None:
        _identify(context, tls.identity)
    return context


def are_authorities(pem: bytes) -> bool:
    """Tell whether certificates of authorities can be read from ``pem``."""
    try:
        _trust(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), pem)
    except ssl.SSLError:
        return False
    return True


def is_identity(pem: bytes) -> bool:
    """Tell whether ``pem`` holds a certificate, and the key to it without a password."""
    try:
        _identify(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), pem)
    except ssl.SSLError:
        return False
    return True


def _trust(context: ssl.SSLContext, pem: bytes) -> None:
    found = CERTIFICATE.findall(pem)  # what stands between them is for people
    if not found:
        raise ssl.SSLError("no certificate")
    context.load_verify_locations(cadata=b"\n".join(found).decode("ascii"))


def _identify(context: ssl.SSLContext, pem: bytes) -> None:
    # ssl reads certificates from files only.
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        Path(file.name).write_bytes(pem)
        context.load_cert_chain(file.name, password=b"")  # else it would ask at the terminal
