"""Compares our composition with another composer's, case by case.

    python -m tests.conformance.composition.compare FOLDER [--composer NAME] [--suites SUITES]

FOLDER is where ``npm install graphql @theguild/federation-composition`` was run; SUITES a folder of
JSON files ``[{name, url, sdl}]``, one per set of subgraphs, to compare besides the golden cases
(the audit's server gives them at ``/<suite>/subgraphs``). README.md tells more.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gateway.composition import CompositionFailed, SubgraphSource, compose
from tests.conformance.composition.normalised import differences, normalise, normalise_api
from tests.gateway.composition.case_files import all_cases

PEER = Path(__file__).parent / "peer.mjs"
GUILD = "@theguild/federation-composition"

Sources = Sequence[SubgraphSource]


def main() -> int:
    """Compare and print; returns 0 when nothing differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", help="where the composer is installed")
    parser.add_argument("--composer", default=GUILD)
    parser.add_argument("--suites", type=Path, help="folder of further sets of subgraphs")
    options = parser.parse_args()
    cases: dict[str, Sources] = {}
    for kind in ("composed", "refused"):
        cases.update((case.name, case.sources) for case in all_cases(kind))
    if options.suites:
        cases.update((f"suites/{p.stem}", _suite(p)) for p in sorted(options.suites.glob("*.json")))
    theirs = _peer(cases, options.composer, options.folder)
    counts: Counter[str] = Counter()
    for name, sources in cases.items():
        verdict, told = _verdict(sources, theirs[name])
        counts[f"{name.split('/')[0]}: {verdict}"] += 1
        for line in told:
            sys.stdout.write(f"{name}: {line}\n")
    for verdict, count in sorted(counts.items()):
        sys.stdout.write(f"{count:5} {verdict}\n")
    return int(any("agree" not in verdict for verdict in counts))


def _suite(path: Path) -> Sources:
    return [
        SubgraphSource(one["name"], one["url"], one["sdl"]) for one in json.loads(path.read_text())
    ]


def _peer(cases: dict[str, Sources], composer: str, folder: str) -> dict[str, dict[str, Any]]:
    lines = "\n".join(
        json.dumps(
            {
                "id": name,
                "subgraphs": [{"name": s.name, "url": s.url or "", "sdl": s.sdl} for s in sources],
            }
        )
        for name, sources in cases.items()
    )
    run = subprocess.run(
        ["node", str(PEER), composer, folder],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    return {answer["id"]: answer for answer in answers}


def _verdict(sources: Sources, theirs: dict[str, Any]) -> tuple[str, list[str]]:
    try:
        ours = compose(sources)
    except CompositionFailed as failed:
        codes = {error.code for error in failed.errors}
        if "errors" not in theirs:
            return "we refuse, they accept", [f"we refuse: {sorted(codes)}"]
        others = {str(error["code"]) for error in theirs["errors"]}
        if codes & others:
            return "agree on the refusal and the code", []
        return "other code", [f"ours {sorted(codes)}, theirs {sorted(others)}"]
    if "errors" in theirs:
        return "we accept, they refuse", [f"they refuse: {theirs['errors'][0]}"]
    found = list(_differences(ours.supergraph_sdl, ours.api_sdl, theirs))
    return ("other supergraph", found) if found else ("agree on the supergraph", [])


def _differences(supergraph: str, api: str, theirs: dict[str, Any]) -> Iterator[str]:
    yield from differences(normalise(supergraph), normalise(theirs["sdl"]))
    if normalise_api(api) != normalise_api(theirs["api"]):
        yield "the API schemas differ"


if __name__ == "__main__":
    sys.exit(main())
