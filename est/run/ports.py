"""Finds a port in use before anything is started, to name the setting that moves the server."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable

from est.errors import PortTaken
from est.run.server_specs import ServerSpec


def require_free_ports(specs: Iterable[ServerSpec]) -> None:
    """Raise `PortTaken` naming every server that could not listen."""
    specs = tuple(specs)
    faults = [_fault(spec) for spec in specs if _taken(spec.port)]
    ports = [spec.port for spec in specs]
    faults += [
        f"{spec.port_setting}={spec.port} is given to two servers."
        for spec in specs
        if ports.count(spec.port) > 1
    ]
    if faults:
        raise PortTaken("\n".join(faults))


def _fault(spec: ServerSpec) -> str:
    flag = f"--{spec.port_setting.lower().replace('_', '-')}"
    return (
        f"Port {spec.port} for {spec.name} is in use by another program: "
        f"choose another with {flag} or {spec.port_setting}."
    )


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE  # anything else the server itself will say
    return False
