"""compose.yaml: every container is given settings that its server knows, and none else."""

from __future__ import annotations

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from auth_service.core.settings import AuthSettings
from catalog_service.core.settings import CatalogSettings
from est.settings import Settings
from gateway.config.loading import CONFIG_VARIABLE
from gateway.config.settings import GatewaySettings
from shared.settings.service import ServiceSettings

ROOT = Path(__file__).parents[2]
SHARED = set(ServiceSettings.model_fields)
KNOWN = {
    "auth": set(AuthSettings.model_fields),
    "catalog": set(CatalogSettings.model_fields),
    # common settings are given to every container; the gateway ignores what is for services
    "gateway": {*GatewaySettings.model_fields, CONFIG_VARIABLE.lower()} | SHARED,
    "migrate": set(Settings.model_fields) | SHARED,
    "demo": set(Settings.model_fields) | SHARED,
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "compose.yaml").read_text()))


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_container_is_given_settings_that_its_server_knows(
    compose: dict[str, Any], name: str
) -> None:
    given = {key.lower().split("__")[0] for key in compose["services"][name]["environment"]}
    assert given <= KNOWN[name]


def test_gateway_and_services_agree_on_keys(compose: dict[str, Any]) -> None:
    gateway, auth, catalog = (
        compose["services"][name]["environment"] for name in ("gateway", "auth", "catalog")
    )
    name = "AUTH_GATEWAY_KEY"
    assert gateway["SUBGRAPHS__AUTH__KEY"].startswith(f"${{{name}:?")
    assert auth["GATEWAY_KEY"] == f"${{{name}}}"
    assert catalog["GATEWAY_KEY"] == auth["CATALOG_GATEWAY_KEY"]
    assert catalog["GATEWAY_KEY"] != auth["GATEWAY_KEY"]


@pytest.mark.parametrize("name", ["auth", "catalog"])
def test_links_lead_to_where_browsers_reach_the_service(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    port = f"${{{name.upper()}_PORT:-{service['environment']['PORT']}}}"
    assert f"http://127.0.0.1:{port}}}" in service["environment"]["PUBLIC_URL"]
    assert service["ports"] == [f"127.0.0.1:{port}:{service['environment']['PORT']}"]


def test_containers_start_after_what_they_need(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert (
        services["auth"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    )
    assert services["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name, service in services.items():
        for needed in service.get("depends_on", {}):
            assert needed in services, name


@pytest.mark.parametrize(("status", "expected"), [(200, 0), (503, 1)])
def test_a_container_is_asked_for_its_health_without_a_proxy(status: int, expected: int) -> None:
    """Docker gives containers HTTP_PROXY where its client has one."""

    class Ready(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health/ready" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    dockerfile = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    [line] = [line for line in dockerfile.splitlines() if line.startswith("HEALTHCHECK")]
    _, *command = json.loads(line.partition("CMD ")[2])
    with HTTPServer(("127.0.0.1", 0), Ready) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        asked = subprocess.run(
            [sys.executable, *command],
            env={"PORT": str(server.server_port), "http_proxy": "http://127.0.0.1:9"},
            capture_output=True,
            check=False,
        )
        server.shutdown()
    assert asked.returncode == expected, asked.stderr
