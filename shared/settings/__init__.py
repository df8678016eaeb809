"""Settings: read once, frozen, unknown keys refused, passed down.

A service subclasses ``ServiceSettings`` and calls ``load_settings`` in its ``__main__``. Values
come from the environment and from the service's own env file (``<package>/.env`` under the working
directory); a key in that file which the service does not know is refused by name.
"""

from shared.settings.choices import Environment, JwtAlgorithm, LogFormat, SubgraphAccess
from shared.settings.faults import cors_faults, other_key_faults, secret_faults
from shared.settings.loading import load_settings
from shared.settings.service import ServiceSettings

__all__ = [
    "Environment",
    "JwtAlgorithm",
    "LogFormat",
    "ServiceSettings",
    "SubgraphAccess",
    "cors_faults",
    "load_settings",
    "other_key_faults",
    "secret_faults",
]
