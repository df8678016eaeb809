"""``python -m tests.conformance.peers est FOLDER``: see README.md."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from pathlib import Path

from tests.conformance.peers.est import compare_est
from tests.conformance.peers.hive import Peer
from tests.conformance.peers.tally import write


def main() -> int:
    """Run one comparison; the exit status is 1 where something differs."""
    options = _parser().parse_args()
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    write(f"seed {seed}")
    peer = Peer(options.folder.resolve())
    tally = asyncio.run(compare_est(peer, options.operations, seed, every=options.every))
    tally.tell(f"EST, seed {seed}")
    return int(tally.failed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.peers", description=__doc__)
    parser.add_argument("what", choices=["est"])
    parser.add_argument("folder", type=Path, help="npm folder with the peer installed")
    parser.add_argument("--operations", type=int, default=200)
    parser.add_argument("--seed", type=int, help="default: a new one, printed")
    parser.add_argument("--every", action="store_true", help="tell the peer's own faults, too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
