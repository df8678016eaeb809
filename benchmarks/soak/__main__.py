"""``python -m benchmarks.soak --minutes 60``: exit status 1 if anything grew.

One gateway and both services as processes, over a database of their own with a thousand offers.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.catalog.data import load
from benchmarks.soak.traffic import Traffic, run
from benchmarks.soak.watching import Watch
from est.postgres import EmbeddedPostgres
from tests.testkit.fleet import fleet
from tests.testkit.postgres import Databases


async def soak(folder: Path, minutes: float, clients: int) -> int:
    """Run traffic for so long; print what was held and what grew."""
    watch = Watch()
    with EmbeddedPostgres(folder / "postgres", durable=False, max_connections=200) as server:
        async with fleet(folder, Databases(server), auth={"LIMITS_FACTOR": "1000"}) as running:
            await load(running.catalog_database, 1_000, 50)
            traffic, enough = Traffic(running), asyncio.Event()
            running_traffic = asyncio.create_task(run(traffic, clients, enough))
            ends = time.monotonic() + minutes * 60
            while time.monotonic() < ends and not running_traffic.done():
                await asyncio.sleep(max(0.5, minutes * 60 / 120))
                await watch.look(running)
            enough.set()
            await running_traffic
            faults = running.told().count("Traceback")
    print(watch.table())
    print(dict(traffic.seen), f"tracebacks: {faults}")
    grown = watch.grown()
    print("\n".join(["grown:", *grown]) if grown else "nothing grew")
    return 1 if grown or faults or traffic.seen["INTERNAL"] else 0


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--clients", type=int, default=8)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(soak(Path(folder), given.minutes, given.clients))


if __name__ == "__main__":
    sys.exit(main())
