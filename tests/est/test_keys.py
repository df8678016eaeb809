"""The gateway keys that servers started one by one share."""

from __future__ import annotations

from pathlib import Path

import pytest

from est.run import keys
from est.run.keys import GatewayKeys, kept_keys
from est.settings import load_settings


def test_of_two_that_start_at_once_both_have_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks while they are being made sees all of them, or none yet."""
    settings = load_settings({}, est_home=tmp_path)
    others: list[GatewayKeys] = []
    make = keys._new

    def new() -> str:
        monkeypatch.setattr(keys, "_new", make)
        if not others:
            others.append(kept_keys(settings))  # in another process, at this very moment
        return make()

    monkeypatch.setattr(keys, "_new", new)
    assert [kept_keys(settings), kept_keys(settings)] == others * 2
    [file] = (tmp_path / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
