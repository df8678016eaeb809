"""Settings: read once, frozen, unknown keys refused, passed down.

A service subclasses ``service.ServiceSettings`` and calls ``load_settings`` in its ``__main__``.
Values come from the environment and from the service's own env file (``<package>/.env`` under the
working directory); a key in that file which the service does not know is refused by name.
"""

from shared.settings.choices import Environment, JwtAlgorithm, LogFormat, SubgraphAccess
from shared.settings.faults import cors_faults, other_key_faults, secret_faults
from shared.settings.loading import load_settings

__all__ = [
    "Environment",
    "JwtAlgorithm",
    "LogFormat",
    "SubgraphAccess",
    "cors_faults",
    "load_settings",
    "other_key_faults",
    "secret_faults",
]
