"""A gateway in any Python program: made of settings, without HTTP, flags or environment."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from gateway.config.settings import GatewaySettings
from gateway.pipeline import answer
from gateway.request.graphql_request import GraphQLRequest
from gateway.runtime.engine import Engine
from shared.errors import ConfigurationError
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.subgraphs import make_context


async def test_an_operation_is_answered_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SUPERGRAPH", "/nowhere")
    monkeypatch.setenv("LIMITS__DEPTH", "none")
    engine = Engine(GatewaySettings(supergraph=str(SUPERGRAPH)), subgraphs=Shop().subgraphs)
    async with engine.running():
        assert engine.active.current is not None
        response = await answer(GraphQLRequest("{ hello }"), engine.active.current, make_context())
    assert json.loads(response.to_json()) == {"data": {"hello": "hello None"}}


def test_unsafe_settings_are_refused_however_they_were_made() -> None:
    settings = GatewaySettings(supergraph=str(SUPERGRAPH), trusted_proxies=["nowhere"])
    with pytest.raises(ConfigurationError, match="TRUSTED_PROXIES"):
        Engine(settings)


def test_neither_command_line_nor_web_framework_is_imported_for_it() -> None:
    program = (
        "import sys, gateway.pipeline, gateway.runtime.engine\n"
        "print([name for name in sys.modules if name.startswith(\n"
        "    ('gateway.cli', 'gateway.http', 'gateway.config.loading', 'starlette', 'uvicorn'))])"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert printed.stdout.strip() == b"[]"
