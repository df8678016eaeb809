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
    if not _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"):
        raise SchemaFault(f"git knows no revision {revision!r} (--base).")
    return _git(folder, "show", f"{revision}:./{API}")


def _git(folder: Path, *arguments: str) -> str:
    try:
        answer = subprocess.run(  # noqa: S603
            ["git", *arguments],  # noqa: S607
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise SchemaFault("Breaking changes are found with git, which is not here.") from None
    return answer.stdout if answer.returncode == 0 else ""
