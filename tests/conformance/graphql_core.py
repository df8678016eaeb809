"""graphql-core's own execution tests, with the services' executor and without it.

    .venv/bin/python -m tests.conformance.graphql_core [--source …] [--ref …]

They are fetched at the installed version for the run, no copy is kept. What fails with the executor
and passes without it is told, and is a fault of ours. Four fail without it too (3.3.2, asked with
the tests of 3.3.0rc0): they hold graphql-core's collecting and its work queue to later versions.
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
STRAWBERRYS = {  # its executor, which ours extends, hands resolvers an info of its own making
    (
        "tests/execution/test_executor.py::describe_execute_handles_basic_execution_tasks"
        "::provides_info_about_current_execution_state"
    )
}
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
    broken = sorted(without[True] - with_ours[True] - STRAWBERRYS)
    lines = [
        f"{title} our executor: {len(found[True])} pass, {len(found[False])} fail"
        for title, found in (("without", without), ("with", with_ours))
    ]
    lines += [f"  fails without it too: {name}" for name in sorted(without[False])]
    lines += [f"  fails with it only: {name}" for name in broken]
    sys.stdout.write("\n".join(lines) + "\n")
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
