"""The ``ssl`` context of a subgraph's settings, for the clients that are written in Python."""

from __future__ import annotations

import ssl
import tempfile
from pathlib import Path

from gateway.subgraphs.config import Tls


def ssl_context(tls: Tls) -> ssl.SSLContext:
    """Return a context that verifies chain and host name, unless ``tls`` says otherwise.

    The system's authorities are trusted, and those of ``tls.ca`` beside them. Raises ssl.SSLError
    for PEM text that is none.
    """
    context = ssl.create_default_context()
    if tls.ca is not None:
        context.load_verify_locations(cadata=tls.ca.decode())
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls.identity is not None:
        # ssl reads certificates from files only.
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            Path(file.name).write_bytes(tls.identity)
            context.load_cert_chain(file.name)
    return context
