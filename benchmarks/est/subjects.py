"""Who stands before EST's services: this gateway as in production, and others."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.est.system import System
from benchmarks.gateway.subjects import HERE, Subject, peer

ROOT = Path(__file__).parents[2]
_APOLLO = str(Path(__file__).parent / "peers" / "apollo.mjs")
_GRAPH = re.compile(r'@join__graph\(name: "(\w+)", url: "[^"]*"\)')


def supergraph_for(system: System) -> str:
    """The composed supergraph with the addresses of these services."""
    text = (ROOT / "schema" / "supergraph.graphql").read_text()
    return _GRAPH.sub(
        lambda found: f'@join__graph(name: "{found[1]}", url: "{system.url(found[1])}/graphql")',
        text,
    )


def without_authenticated(supergraph: str) -> str:
    """The same for Apollo Gateway, which refuses ``@authenticated``; the services check anyway."""
    text = re.sub(r'\s*@link\(url: "[^"]*/authenticated/[^"]*"[^)]*\)', "", supergraph)
    text = re.sub(r"directive @authenticated[^\n]*\n", "", text)
    return text.replace(" @authenticated", "")


def this_gateway(system: System) -> Subject:
    """This gateway with EST's configuration and production's settings."""
    environment = {
        "ENV": "prod",
        "EXPLORER": "off",
        "ACCESS_LOG": "all",
        "LOG_FORMAT": "json",
        "GATEWAY_CONFIG": str(ROOT / "est" / "gateway.toml"),
        "AUTH_SERVICE_URL": system.url("auth"),
        "JWT_SECRET": system.secret,
    }
    command = (sys.executable, "-m", "gateway", "--supergraph", "{supergraph}", "--port", "{port}")
    return Subject(HERE, command, environment=environment)


def other_gateway(name: str, folder: Path) -> Subject:
    """A peer. Apollo's is told in its script that tokens go on, Hive's in its configuration."""
    subject = peer(name, folder)
    if name != "apollo":
        return subject
    program, _script, *arguments = subject.command
    return replace(subject, command=(program, _APOLLO, *arguments))
