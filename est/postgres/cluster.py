"""Makes the database cluster: a folder that either is complete or does not exist."""

from __future__ import annotations

import fcntl
import locale
import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from typing import IO

from est.errors import PostgresUnavailable
from est.launch import launched
from est.postgres.binaries import Binaries

SUPERUSER = "est"
_PASSWORD_FILE = "est-password"  # noqa: S105
_BUILTIN_LOCALES_SINCE = 17


def ensure_cluster(folder: Path, binaries: Binaries, identity: str, *, durable: bool) -> Path:
    """Return the data folder in `folder`, made now if need be; another version's is refused."""
    data = folder / "data"
    for leftover in folder.glob(
        "data.new-*"
    ):  # an earlier start was killed in the middle of initdb
        shutil.rmtree(leftover)
    if not data.exists():
        _create(folder, binaries, identity, durable=durable)
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(binaries.major):
        raise PostgresUnavailable(
            f"{data} was made by PostgreSQL {made_by}, the programs found are version "
            f"{binaries.major} ({binaries.folder}): move it away to start with empty databases."
        )
    return data


def url(data: Path, port: int, database: str) -> str:
    """Return the connection URL of one database, with the superuser's password."""
    password = (data / _PASSWORD_FILE).read_text().strip()
    return f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/{database}"


def last_words(folder: Path) -> str:
    """Return the end of the server's log."""
    lines = (folder / "server.log").read_text(errors="replace").splitlines()
    return "\n".join(lines[-15:])


def lock(folder: Path) -> IO[str] | None:
    """Take the folder for this process, until the file is closed; None: another process has it."""
    file = (folder / "lock").open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def is_locked(folder: Path) -> bool:
    """Tell whether some process supervises a server in this folder."""
    mine = lock(folder) if folder.exists() else None
    if mine is None:
        return folder.exists()
    mine.close()
    return False


def _create(folder: Path, binaries: Binaries, identity: str, *, durable: bool) -> None:
    fresh = folder / f"data.new-{os.getpid()}"
    secret = folder / f"password.new-{os.getpid()}"
    _write_secret(secret, folder)
    try:
        _initdb(fresh, secret, binaries, identity, durable=durable)
        secret.rename(fresh / _PASSWORD_FILE)
    finally:
        secret.unlink(missing_ok=True)
    fresh.rename(folder / "data")


def _write_secret(path: Path, folder: Path) -> None:
    path.touch(mode=0o600)
    path.write_text(secrets.token_urlsafe(24) + "\n")
    owner = folder.stat()
    os.chown(path, owner.st_uid, owner.st_gid)


def _initdb(
    data: Path, password_file: Path, binaries: Binaries, identity: str, *, durable: bool
) -> None:
    # The password is random: thousands of hashing rounds would only slow down every new connection.
    command = [
        *(binaries.initdb, "-D", data, "-U", SUPERUSER, "--encoding=UTF8", *_locale(binaries)),
        *("--auth=scram-sha-256", f"--pwfile={password_file}", "--set=scram_iterations=1"),
        *("--no-instructions", *(() if durable else ("--no-sync",))),
    ]
    if binaries.major < 16:  # noqa: PLR2004 -- the setting appeared in 16
        command.remove("--set=scram_iterations=1")
    done = subprocess.run(  # noqa: S603
        launched(identity, signal.SIGKILL, *command),
        cwd=data.parent,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        shutil.rmtree(data, ignore_errors=True)
        raise PostgresUnavailable(f"initdb failed in {data.parent}:\n{done.stderr.strip()}")


def _locale(binaries: Binaries) -> tuple[str, ...]:
    if binaries.major >= _BUILTIN_LOCALES_SINCE:
        builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        return (*builtin, *(("--lc-ctype=C.UTF-8",) if _knows_letters() else ()))
    return ("--locale=C.UTF-8",)


def _knows_letters() -> bool:
    """Whether the system can tell pg_trgm what a letter is beyond ASCII.

    It asks the C library, whatever the provider. Without, text in other scripts has no trigrams:
    it is found all the same, but by looking at every row.
    """
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return False
    locale.setlocale(locale.LC_CTYPE, before)
    return True


def environment(**extra: str) -> dict[str, str]:
    """Return the environment of PostgreSQL's programs: nothing of the caller's PG* variables."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", **extra}
