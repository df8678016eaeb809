"""Finds a port in use before anything is started, to name the setting that moves the server."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable

from est.errors import PortTaken
from est.run.parts import Part


def require_free_ports(parts: Iterable[Part]) -> None:
    """Raise `PortTaken` naming every part that could not listen."""
    parts = tuple(parts)
    faults = [_fault(part) for part in parts if _taken(part.port)]
    ports = [part.port for part in parts]
    faults += [
        f"{part.port_setting}={part.port} is given to two servers."
        for part in parts
        if ports.count(part.port) > 1
    ]
    if faults:
        raise PortTaken("\n".join(faults))


def _fault(part: Part) -> str:
    flag = f"--{part.port_setting.lower().replace('_', '-')}"
    return (
        f"Port {part.port} for {part.name} is in use by another program: "
        f"choose another with {flag} or {part.port_setting}."
    )


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE  # anything else the server itself will say
    return False
