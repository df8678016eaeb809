"""The operator's settings: where they come from, what is said about a wrong one."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from est.errors import OperatorError
from est.settings import load_settings, passed_on, read_environment
from est.settings_reference import env_example, settings_table

ROOT = Path(__file__).parents[2]


def test_a_flag_beats_the_environment_beats_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("GATEWAY_PORT=1001\nCATALOG_PORT=1002\nAUTH_PORT=1003\n")
    monkeypatch.setenv("CATALOG_PORT", "2002")
    monkeypatch.setenv("AUTH_PORT", "2003")
    settings = load_settings(read_environment(file), auth_port=3003)
    assert settings.gateway_port == 1001
    assert settings.catalog_port == 2002
    assert settings.auth_port == 3003


def test_every_wrong_setting_is_named_and_no_value_repeated() -> None:
    with pytest.raises(OperatorError) as told:
        load_settings({"GATEWAY_PORT": "s3cret", "ENV": "live"})
    assert str(told.value).splitlines()[0].startswith("ENV: ")
    assert "GATEWAY_PORT: " in str(told.value)
    assert "s3cret" not in str(told.value)


def test_servers_inherit_everything_but_what_is_meant_for_est() -> None:
    environment = {"SMTP_HOST": "mail", "AUTH_DATABASE_URL": "x", "ENV": "dev", "PATH": "/bin"}
    environment |= {"BCRYPT_COST": "13"}
    assert set(passed_on(environment)) == {"SMTP_HOST", "ENV", "PATH", "BCRYPT_COST"}


def test_the_example_file_says_what_the_code_says() -> None:
    written = (ROOT / ".env.example").read_text()
    assert written == env_example(), "run `make settings`"
    table = (ROOT / "docs" / "operations" / "SETTINGS.md").read_text()
    assert table == settings_table(), "run `make settings`"


def test_every_setting_is_explained() -> None:
    lines = env_example().splitlines()
    pairs = itertools.pairwise(lines)
    bare = [
        line
        for before, line in pairs
        if line.startswith("#")
        and line[1:2].isupper()
        and "=" in line
        and not before.startswith("# ")
    ]
    assert bare == []
