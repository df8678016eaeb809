"""What the operator can mend is told in words, and no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.est.test_backup import est

NOWHERE = "postgresql://est:Zr8Lx2Nc5Mb9@127.0.0.1:9/none"


@pytest.mark.parametrize("command", [("run", "--home"), ("backup",)], ids=["run", "backup"])
def test_a_folder_that_cannot_be_used_is_named(command: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    urls = {"AUTH_DATABASE_URL": NOWHERE, "CATALOG_DATABASE_URL": NOWHERE}
    refused = est(*command, str(file / "folder"), **urls)
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: ")
    assert str(file) in refused.stderr
    assert "Traceback" not in refused.stderr
