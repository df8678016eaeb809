"""A server keeps one heap, whichever threads work in it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.testkit.system import ROOT

# Four threads take memory at once; ends with the number of heaps.
HEAPS = """
import ctypes, os, threading

def work(together):
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    together.wait(30)
    libc.free(ctypes.c_void_p(libc.malloc(ctypes.c_size_t(100_000))))
    together.wait(30)

def heaps():
    together = threading.Barrier(4)
    threads = [threading.Thread(target=work, args=(together,)) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    libc, (read, write) = ctypes.CDLL(None), os.pipe()
    libc.fdopen.restype = ctypes.c_void_p
    out = libc.fdopen(write, b"w")
    libc.malloc_info(0, ctypes.c_void_p(out))
    libc.fclose(ctypes.c_void_p(out))
    return os.read(read, 65_536).count(b"<heap nr")
"""
SERVER = """
import asyncio, os, signal
from contextlib import asynccontextmanager
import uvicorn
from starlette.applications import Starlette
from shared.http.server import DrainingServer, bind

@asynccontextmanager
async def lifespan(app):
    print(await asyncio.to_thread(heaps), flush=True)
    yield

config = uvicorn.Config(Starlette(lifespan=lifespan), loop="uvloop", log_config=None)
server = DrainingServer(config, None, 0)
server.should_exit = True
server.run([bind("127.0.0.1", 0)])
"""


def heaps_of(program: str) -> int:
    command = [sys.executable, "-c", HEAPS + program]
    return int(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="heaps of threads are glibc's")
def test_threads_of_a_server_share_its_heap() -> None:
    assert heaps_of("print(heaps())") > 1
    assert heaps_of(SERVER) == 1
