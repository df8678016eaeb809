"""What every test may ask for."""

from __future__ import annotations

pytest_plugins = (
    "tests.testkit.golden",
    "tests.testkit.logs",
    "tests.testkit.postgres",
    "tests.testkit.redis",
    "tests.testkit.smtp",
)
