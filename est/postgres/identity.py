"""Under which identity the server runs: PostgreSQL refuses root."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

from est.errors import PostgresUnavailable
from est.launch import launched

SAME = "same"
NAMESPACE = "namespace"
_ACCOUNTS = ("postgres", "nobody")


def identity_for(folder: Path, program: Path) -> str:
    """Return the identity (see `est.launch`) that may own and run a cluster in `folder`.

    An existing cluster belongs to whoever made it, and PostgreSQL insists on that owner.
    """
    data = folder / "data"
    owner = data.stat() if data.exists() else None
    if os.geteuid() != 0:
        if owner and owner.st_uid != os.geteuid():
            raise PostgresUnavailable(
                f"{data} belongs to another account (uid {owner.st_uid}): move it away, or start "
                "as that account."
            )
        return SAME if _has_name(os.geteuid()) else NAMESPACE
    if owner and owner.st_uid != 0:
        return f"{owner.st_uid}:{owner.st_gid}"
    return NAMESPACE if owner or _namespace_works(folder, program) else _account()


def prepare_folder(folder: Path, identity: str) -> None:
    """Make the cluster's folder writable for the identity."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if ":" in identity:
        uid, gid = (int(part) for part in identity.split(":"))
        os.chown(folder, uid, gid)


def _has_name(uid: int) -> bool:
    """Containers may run under a number that no account has; initdb refuses that."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _namespace_works(folder: Path, program: Path) -> bool:
    """Containers often forbid user namespaces, and inside one root reaches only its own files."""
    trial = launched(NAMESPACE, 0, program, "--version")
    return subprocess.run(trial, cwd=folder, capture_output=True, check=False).returncode == 0  # noqa: S603


def _account() -> str:
    for name in _ACCOUNTS:
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return f"{account.pw_uid}:{account.pw_gid}"
    raise PostgresUnavailable(
        "PostgreSQL refuses to run as root, user namespaces are not allowed here, and there is "
        "neither an account 'postgres' nor 'nobody': start as an ordinary user."
    )
