"""``python -m tests.conformance.peers est|random FOLDER``: see README.md."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from pathlib import Path

from tests.conformance.peers.est import compare_est
from tests.conformance.peers.hive import Peer
from tests.conformance.peers.random_graphs import compare_random
from tests.conformance.peers.tally import write


def main() -> int:
    """Run one comparison; the exit status is 1 where somebody must look."""
    options = _parser().parse_args()
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    write(f"{options.what}, seed {seed}")
    return int(asyncio.run(_compare(options, seed)))


async def _compare(options: argparse.Namespace, seed: int) -> bool:
    peer = Peer(options.folder.resolve())
    if options.what == "random":
        counts = await compare_random(
            peer, options.supergraphs, options.operations or 50, seed, every=options.every
        )
        counts.tell()
        return counts.failed
    tally = await compare_est(peer, options.operations or 200, seed, every=options.every)
    tally.tell(f"EST, seed {seed}")
    return tally.failed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.peers", description=__doc__)
    parser.add_argument("what", choices=["est", "random"])
    parser.add_argument("folder", type=Path, help="npm folder with the peer installed")
    parser.add_argument("--operations", type=int, help="default: 200, or 50 per supergraph")
    parser.add_argument("--supergraphs", type=int, default=10, help="of random")
    parser.add_argument("--seed", type=int, help="default: a new one, printed")
    parser.add_argument("--every", action="store_true", help="tell the peer's own faults, too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
