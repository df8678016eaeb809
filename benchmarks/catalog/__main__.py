"""See the package."""

from __future__ import annotations

import argparse
import asyncio
import time

from benchmarks.catalog.data import load
from benchmarks.catalog.lists import measure


def main() -> None:
    """Run one benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.catalog")
    commands = parser.add_subparsers(dest="command", required=True)
    loading = commands.add_parser("load", help="fill an empty, migrated catalog by COPY")
    loading.add_argument("--url", required=True)
    loading.add_argument("--offers", type=int, default=1_000_000)
    loading.add_argument("--places", type=int, default=1_000)
    lists = commands.add_parser("lists", help="a page of offers against the same SQL bare")
    lists.add_argument("--rounds", type=int, default=5)
    lists.add_argument("--requests", type=int, default=200)
    options = parser.parse_args()
    began = time.monotonic()
    if options.command == "load":
        asyncio.run(load(options.url, options.offers, options.places))
        print(f"{options.offers} offers in {time.monotonic() - began:.0f} s")
    else:
        asyncio.run(measure(options.rounds, options.requests))


if __name__ == "__main__":
    main()
