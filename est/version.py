"""Which EST this is."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def est_version() -> str:
    """Return the version: of the checkout if this is one, else of the installed package."""
    project = Path(__file__).parents[1] / "pyproject.toml"
    if project.exists():
        return str(tomllib.loads(project.read_text())["project"]["version"])
    try:
        return version("est")
    except PackageNotFoundError:
        return "unknown"
