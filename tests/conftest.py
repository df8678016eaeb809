"""What every test may ask for."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

pytest_plugins = (
    "tests.testkit.counting_clock",
    "tests.testkit.golden",
    "tests.testkit.logs",
    "tests.testkit.postgres",
    "tests.testkit.redis",
    "tests.testkit.smtp",
)

# How long an example takes says how busy the machine is.
settings.register_profile(
    "unhurried",
    settings.default,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unhurried")
