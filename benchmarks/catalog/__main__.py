"""See the package."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence

import uvloop

from benchmarks.catalog import hot, lists, scale, wide
from benchmarks.catalog.data import load
from benchmarks.catalog.people import fill


def main() -> None:
    """Run one benchmark."""
    options = _parser().parse_args()
    match options.command:
        case "load":
            asyncio.run(_load(options.url, options.offers, options.places, options.people))
        case "lists":
            asyncio.run(lists.measure(options.rounds, options.requests))
        case "hot":
            uvloop.run(hot.measure(options.rounds, options.reservations))
        case "scale" if options.urls:
            asyncio.run(scale.compare(options.urls, options.runs))
        case "scale":
            asyncio.run(scale.measure(options.runs))
        case "wide" if options.urls:
            asyncio.run(wide.compare(options.urls, _kinds(options.kinds), options.runs))
        case "wide":
            asyncio.run(wide.measure(_kinds(options.kinds), options.offers, options.runs))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.catalog")
    commands = parser.add_subparsers(dest="command", required=True)
    loading = commands.add_parser("load", help="fill an empty, migrated catalog by COPY")
    loading.add_argument("--url", required=True)
    loading.add_argument("--offers", type=int, default=1_000_000)
    loading.add_argument("--places", type=int, default=1_000)
    loading.add_argument(
        "--people", action="store_true", help="and reservations, reports, partners"
    )
    paging = commands.add_parser("lists", help="a page of offers against the same SQL bare")
    paging.add_argument("--rounds", type=int, default=5)
    paging.add_argument("--requests", type=int, default=200)
    rush = commands.add_parser("hot", help="32 callers reserve one offer, against bare asyncpg")
    rush.add_argument("--rounds", type=int, default=5)
    rush.add_argument("--reservations", type=int, default=1_600)
    growing = commands.add_parser("scale", help="searches at 10,000 and 1,000,000 offers")
    wider = commands.add_parser("wide", help="what scale does not ask, at the same sizes")
    wider.add_argument("kinds", nargs="*", choices=(*wide.KINDS, "all"), default="all")
    wider.add_argument("--offers", nargs=2, type=int, default=(scale.SMALL, scale.LARGE))
    for each in (growing, wider):
        each.add_argument("--runs", type=int, default=3)
        each.add_argument("--urls", nargs=2, help="catalogs that are there, the small one first")
    return parser


def _kinds(asked: str | Sequence[str]) -> Sequence[str]:
    """What was named; argparse gives the default as it is, and a list else."""
    return tuple(wide.KINDS) if "all" in asked else asked


async def _load(url: str, offers: int, places: int, with_people: bool) -> None:
    began = time.monotonic()
    await load(url, offers, places)
    if with_people:
        await fill(url)
    print(f"{offers} offers in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
