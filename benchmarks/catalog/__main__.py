"""See the package."""

from __future__ import annotations

import argparse
import asyncio
import time

import uvloop

from benchmarks.catalog import hot, lists, scale
from benchmarks.catalog.data import load


def main() -> None:
    """Run one benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.catalog")
    commands = parser.add_subparsers(dest="command", required=True)
    loading = commands.add_parser("load", help="fill an empty, migrated catalog by COPY")
    loading.add_argument("--url", required=True)
    loading.add_argument("--offers", type=int, default=1_000_000)
    loading.add_argument("--places", type=int, default=1_000)
    paging = commands.add_parser("lists", help="a page of offers against the same SQL bare")
    paging.add_argument("--rounds", type=int, default=5)
    paging.add_argument("--requests", type=int, default=200)
    rush = commands.add_parser("hot", help="32 callers reserve one offer, against bare asyncpg")
    rush.add_argument("--rounds", type=int, default=5)
    rush.add_argument("--reservations", type=int, default=1_600)
    growing = commands.add_parser("scale", help="searches at 10,000 and 1,000,000 offers")
    growing.add_argument("--runs", type=int, default=3)
    growing.add_argument("--urls", nargs=2, help="catalogs that are there, the small one first")
    options = parser.parse_args()
    began = time.monotonic()
    if options.command == "load":
        asyncio.run(load(options.url, options.offers, options.places))
        print(f"{options.offers} offers in {time.monotonic() - began:.0f} s")
    elif options.command == "lists":
        asyncio.run(lists.measure(options.rounds, options.requests))
    elif options.command == "hot":
        uvloop.run(hot.measure(options.rounds, options.reservations))
    elif options.urls:
        asyncio.run(scale.compare(options.urls[0], options.urls[1], options.runs))
    else:
        asyncio.run(scale.measure(options.runs))


if __name__ == "__main__":
    main()
