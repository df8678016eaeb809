"""What every test may ask for."""

from __future__ import annotations

import gc

from hypothesis import HealthCheck, settings

from shared.http.server import GC_THRESHOLDS

pytest_plugins = (
    "tests.testkit.counting_clock",
    "tests.testkit.golden",
    "tests.testkit.logs",
    "tests.testkit.postgres",
    "tests.testkit.redis",
    "tests.testkit.smtp",
)

# A worker keeps hundreds of MB of modules and schemas: looking them through took a tenth of its
# time.
gc.set_threshold(*GC_THRESHOLDS)

# How long an example takes says how busy the machine is.
settings.register_profile(
    "exploring",
    settings.default,
    deadline=None,
    derandomize=False,
    suppress_health_check=[HealthCheck.too_slow],
)
# The same examples in every run: what fails, fails by the change at hand.
settings.register_profile("steady", settings.get_profile("exploring"), derandomize=True)
settings.load_profile("steady")
