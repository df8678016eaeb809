"""``Fetch.when`` against the variables of a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.operation.model import ALWAYS, When


def holds(when: When, variables: Mapping[str, Any]) -> bool:
    """Decide an OR of ANDs of (variable, value it must have)."""
    if when is ALWAYS or when == ALWAYS:
        return True
    return any(
        all(variables.get(name) is wanted for name, wanted in conjunction) for conjunction in when
    )
