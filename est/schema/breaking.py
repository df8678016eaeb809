"""Names what would break clients that were written against an earlier API schema."""

from __future__ import annotations

import subprocess
from pathlib import Path

from graphql import build_schema, find_breaking_changes

from est.errors import SchemaFault
from est.schema.files import API


def breaking_changes(committed: str, now: str) -> list[str]:
    """Return every breaking change from one API schema to the other, in words."""
    if not committed:
        return []
    changes = find_breaking_changes(build_schema(committed), build_schema(now))
    return [change.description for change in changes]


def committed_api(folder: Path, revision: str) -> str:
    """Return `api.graphql` as of a git revision; empty where it was not there yet.

    Raises `SchemaFault` when git does not know the revision.
    """
    known = _git(folder, "rev-parse", "--verify", f"{revision}^{{commit}}")
    if known.returncode != 0:
        raise SchemaFault(
            f"git cannot tell what clients know (--base {revision}): {known.stderr.strip()}"
        )
    return _git(folder, "show", f"{revision}:./{API}").stdout


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603
            ["git", *arguments],  # noqa: S607
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise SchemaFault("Breaking changes are found with git, which is not here.") from None
