"""What the gateway is told of EST."""

from __future__ import annotations

import re

from est.run.server_specs import GATEWAY_CONFIG
from gateway.config.loading import read_settings
from gateway.execution.errors import COMMON_CODES
from tests.testkit.system import ROOT

CODES = re.compile(r"Errors: (.+?)\.(?:\s*\"\"\"|$)", re.DOTALL | re.MULTILINE)


def test_every_code_that_the_schema_documents_reaches_clients() -> None:
    documented = {
        code
        for listed in CODES.findall((ROOT / "schema" / "api.graphql").read_text())
        for code in re.findall(r"\b[A-Z_]{4,}\b", re.sub(r"\([^)]*\)", "", listed))
    }
    assert {"SOLD_OUT", "WEAK_PASSWORD", "NOT_FOUND"} <= documented
    assert documented <= COMMON_CODES | set(read_settings(GATEWAY_CONFIG).error_codes)
