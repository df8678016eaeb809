"""Every case of every feature: plan, requests and response as written, and as by a monolith."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.feature import HERE, all_cases, read_case, run_case
from tests.testkit.golden import Golden


@pytest.mark.parametrize("path", all_cases(), ids=lambda path: str(path.relative_to(HERE)))
async def test_feature(path: Path, golden: Golden) -> None:
    text, wrong = await run_case(read_case(path))
    golden(path, text)
    assert wrong == []
