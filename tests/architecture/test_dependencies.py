"""What the product imports is pinned by the lock that it is run with, not only by development's."""

from __future__ import annotations

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("gateway", "auth_service", "catalog_service", "shared", "est")
OPTIONAL = {"opentelemetry"}  # pyproject's extra `otel`


def pinned(lock: str) -> set[str]:
    text = (ROOT / "requirements" / lock).read_text()
    return set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))


@pytest.mark.parametrize("package", PACKAGES)
def test_every_import_is_pinned_for_running(package: str) -> None:
    graph = grimp.build_graph(package, include_external_packages=True, cache_dir=None)
    tops = {module.partition(".")[0] for module in graph.modules}
    foreign = tops - set(PACKAGES) - sys.stdlib_module_names - OPTIONAL
    distributions = packages_distributions()
    assert foreign
    missing = {
        top
        for top in foreign
        if not {name.lower().replace("_", "-") for name in distributions[top]} & pinned("run.lock")
    }
    assert missing == set()


def test_both_locks_pin_the_same_versions() -> None:
    def pins(lock: str) -> set[str]:
        text = (ROOT / "requirements" / lock).read_text()
        return set(re.findall(r"^[a-z0-9-]+==\S+", text, re.MULTILINE))

    assert pins("run.lock") <= pins("dev.lock")


@pytest.mark.parametrize("lock", ["run.lock", "dev.lock", "tools.lock"])
def test_every_pin_has_a_hash_and_no_index_is_named(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()
    entries = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"index-url|find-links|https?://", text)
