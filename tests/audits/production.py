"""A gateway with production's settings before the services of a running system."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.testkit.ports import free_ports
from tests.testkit.system import ROOT, System, eventually

KEYS = {name: secrets.token_hex(16) for name in ("AUTH_GATEWAY_KEY", "CATALOG_GATEWAY_KEY")}
SECRET = secrets.token_urlsafe(48)


class ProductionGateway:
    """``python -m gateway`` with ENV=prod, on a port of its own."""

    def __init__(self, system: System, home: Path, **environment: str) -> None:
        self.port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self.port}/graphql"
        self._output = (home / "gateway.txt").open("wb")
        auth, catalog = (f"http://127.0.0.1:{system.ports[name]}" for name in ("auth", "catalog"))
        settings = {
            "ENV": "prod",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "SUPERGRAPH": str(ROOT / "schema" / "supergraph.graphql"),
            "GATEWAY_CONFIG": str(ROOT / "est" / "gateway.toml"),
            "JWT_SECRET": SECRET,
            "AUTH_SERVICE_URL": auth,
            "SUBGRAPHS__AUTH__URL": f"{auth}/graphql",
            "SUBGRAPHS__AUTH__KEY": KEYS["AUTH_GATEWAY_KEY"],
            "SUBGRAPHS__CATALOG__URL": f"{catalog}/graphql",
            "SUBGRAPHS__CATALOG__KEY": KEYS["CATALOG_GATEWAY_KEY"],
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gateway"],
            cwd=ROOT,
            env={**os.environ, **settings, **environment},
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
        )

    def wait_until_up(self) -> None:
        """Raises with what it printed if it does not come up."""
        up = eventually(self._is_ready, 240)
        assert up, Path(self._output.name).read_text()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)
        self._output.close()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/health/ready", timeout=60
            ) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
