"""What a flood of new documents does to a client that sends a known one, measured from outside.

python -m benchmarks.flood [--clients 3] [--fields 200] [--seconds 10]

Starts this gateway on a generated supergraph of 50 subgraphs and 500 types (whose subgraphs answer
nothing of use: what is measured is the way to the plan). ``{__typename}`` is asked at a steady pace
for a while alone, then while ``--clients`` connections send documents of about ``--fields`` fields
that nobody sent before, as fast as they are answered.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import re
import socket
import sys
import tempfile
from pathlib import Path

from benchmarks.federation_audit.processes import running
from benchmarks.flood.clients import Connection, ask_the_known, flood_apart
from benchmarks.planning.generated import operation_text, supergraph_sdl

ROOT = Path(__file__).parents[2]
PACE = 100.0


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clients", type=int, default=3)
    parser.add_argument("--fields", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--settle", type=float, default=5.0, help="seconds before it begins")
    parser.add_argument("--documents", type=int, default=500, help="new ones, at most")
    options = parser.parse_args()
    port, subgraph_port = _free_port(), _free_port()
    sdl = supergraph_sdl()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "supergraph.graphql"
        url = f'url: "http://127.0.0.1:{subgraph_port}"'
        file.write_text(re.sub(r'url: "http://S\d+"', url, sdl))
        subgraphs = multiprocessing.Process(target=_serve_nothing, args=(subgraph_port,))
        subgraphs.start()
        command = [sys.executable, "-m", "gateway", "--supergraph", str(file), "--port", str(port)]
        try:
            with running(command, ROOT, Path(folder) / "gateway.log"):
                asyncio.run(_measure(port, sdl, options))
        finally:
            subgraphs.terminate()
            subgraphs.join()


async def _measure(port: int, sdl: str, options: argparse.Namespace) -> None:
    await _ready(port)
    await asyncio.sleep(options.settle)
    await ask_the_known(port, 1, PACE)  # warms up
    _print("alone", await ask_the_known(port, options.seconds, PACE))
    context = multiprocessing.get_context("spawn")
    results, begun, over = context.Queue(), context.Event(), context.Event()
    documents = [operation_text(sdl, options.fields, seed) for seed in range(options.documents)]
    process = context.Process(
        target=flood_apart, args=(port, documents, options.clients, begun, over, results)
    )
    process.start()
    await asyncio.to_thread(begun.wait)
    waits = await ask_the_known(port, options.seconds, PACE)
    over.set()
    flooding = await asyncio.to_thread(results.get)
    process.join()
    _print(f"beside {options.clients} that send new documents", waits)
    _print("the new documents", flooding)


async def _ready(port: int) -> None:
    for _ in range(600):
        try:
            await Connection(port).ask("{__typename}")
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return
    raise TimeoutError("the gateway did not start")


def _print(who: str, waits: list[float]) -> None:
    ordered = sorted(waits)
    shown = {f"p{p}": ordered[min(len(ordered) - 1, len(ordered) * p // 100)] for p in (50, 99)}
    shown["longest"] = ordered[-1]
    text = ", ".join(f"{name} {value:.1f} ms" for name, value in shown.items())
    print(f"{who}: {len(waits)} requests, {text}", flush=True)


def _serve_nothing(port: int) -> None:
    """Every subgraph at once: an error for whatever is asked."""
    body = b'{"data":null,"errors":[{"message":"nothing here"}]}'
    head = (
        f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                lines = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
                sizes = [int(li.partition(b":")[2]) for li in lines if b"content-length" in li]
                await reader.readexactly(sum(sizes))
                writer.write(head.encode() + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(serve())


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


if __name__ == "__main__":
    main()
