"""graphql-core's own execution tests, with the services' executor and without it.

    .venv/bin/python -m tests.conformance.graphql_core [--source …] [--ref …]

They are fetched at the installed version for the run, no copy is kept. What fails with the executor
and passes without it is told, and is a fault of ours.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from graphql import version

SOURCE = "https://github.com/graphql-python/graphql-core"
PLUGIN = "graphql_core_plugin"  # by its own name: their tests are a package `tests` too
TOOLS = ".tools"  # what their tests are written for, and ours are not
HERE = Path(__file__).resolve().parents[2]
OUTCOME = re.compile(r"^(PASSED|FAILED|ERROR) (\S+)", re.MULTILINE)


def main() -> int:
    """Run both, tell the difference."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.graphql_core")
    parser.add_argument("--source", default=SOURCE, help="a git repository")
    parser.add_argument("--ref", default=f"v{version}", help="a tag or branch of it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="graphql-core-") as folder:
        where = Path(folder)
        clone = ["git", "clone", "--quiet", "--depth", "1", "--branch", options.ref]
        subprocess.run([*clone, options.source, str(where)], check=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--target", str(where / TOOLS), "pytest-describe"], check=True)
        without, with_ours = _outcomes(where), _outcomes(where, "-p", PLUGIN)
    broken = sorted(name for name in without[True] if name not in with_ours[True])
    for _title, _found in (("without", without), ("with", with_ours)):
        pass
    for _name in sorted(without[False]):
        pass
    for _name in broken:
        pass
    return 1 if broken or not without[True] else 0


def _outcomes(where: Path, *options: str) -> dict[bool, set[str]]:
    """The names of what passes, and of what does not."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-rA",
            "--tb=no",
            "-p",
            "no:cacheprovider",
            "-o",
            "addopts=",
            *options,
            "tests/execution",
        ],
        cwd=where,
        env={**os.environ, "PYTHONPATH": f"{where}:{where / TOOLS}:{HERE}:{Path(__file__).parent}"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = OUTCOME.findall(done.stdout)
    if not found:
        raise RuntimeError(done.stdout[-3000:] + done.stderr[-3000:])
    return {
        good: {name for what, name in found if (what == "PASSED") is good} for good in (True, False)
    }


if __name__ == "__main__":
    sys.exit(main())
