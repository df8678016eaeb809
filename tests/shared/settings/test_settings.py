"""Settings refuse what is unsafe, and say which setting."""

from pathlib import Path
from typing import Any

import pytest

from shared.errors import ConfigurationError
from shared.settings import Environment as Env
from shared.settings import JwtAlgorithm, cors_faults, load_settings
from shared.settings.service import ServiceSettings

RANDOM = "q3Vg7Yt0Zr8Lx2Nc5Mb9Kd4Jf6Hs1Pw+Ua="
GOOD: dict[str, Any] = {
    "database_url": "postgresql://u:hunter2@db/est",
    "gateway_key": "0123456789abcdef",
    "jwt_secret": RANDOM,
}


def refused(**given: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(ServiceSettings, **{**GOOD, **given})
    return str(caught.value)


def test_good_settings_load_and_cannot_be_changed() -> None:
    settings = load_settings(ServiceSettings, **GOOD)
    assert settings.algorithm is JwtAlgorithm.HS256
    assert settings.issuer == "http://127.0.0.1:8001"
    assert "hunter2" not in repr(settings)
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]


def test_environment_gives_values_by_the_original_names(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("DATABASE_URL", "postgresql://e/f"), ("ENV", "staging"), ("PORT", "1234")):
        monkeypatch.setenv(name, value)
    settings = load_settings(ServiceSettings, gateway_key="0123456789abcdef")
    assert settings.env is Env.STAGING
    assert settings.port == 1234
    assert settings.algorithm is JwtAlgorithm.ES256


def test_an_unknown_key_in_the_env_file_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DATABASE_URL=postgresql://u@h/d\nGATEWAY_KEY=k\nDATABSE_URL=typo\n")
    with pytest.raises(ConfigurationError, match="DATABSE_URL: is not a setting"):
        load_settings(ServiceSettings, file)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL: is required"):
        load_settings(ServiceSettings)


@pytest.mark.parametrize(
    "secret",
    ["short", "x" * 31, "a" * 64, "please-change-me-please-change-me-please", "your-secret" * 5],
)
@pytest.mark.parametrize("env", ["dev", "staging", "prod"])
def test_a_weak_jwt_secret_is_refused_and_not_repeated(secret: str, env: str) -> None:
    message = refused(jwt_secret=secret, env=env)
    assert "JWT_SECRET" in message
    assert secret not in message


def test_words_that_people_type_are_refused_outside_dev_only() -> None:
    typed = "secret-of-development-Q8w2-R5t7-Z1x4"
    assert load_settings(ServiceSettings, **{**GOOD, "jwt_secret": typed}).is_dev
    assert "JWT_SECRET" in refused(jwt_secret=typed, env="prod")


@pytest.mark.parametrize(
    ("given", "setting"),
    [
        ({"env": "prod", "subgraph_access": "open"}, "SUBGRAPH_ACCESS"),
        ({"env": "staging", "subgraph_access": "open"}, "SUBGRAPH_ACCESS"),
        ({"gateway_key": None}, "GATEWAY_KEY"),
        ({"env": "prod", "gateway_key": "short"}, "GATEWAY_KEY"),
        ({"env": "prod", "debug": True}, "DEBUG"),
        ({"jwt_algorithm": "ES256"}, "JWT_ALGORITHM"),
        ({"jwt_algorithm": "HS256", "jwt_secret": None}, "JWT_ALGORITHM"),
        ({"jwt_algorithm": "none"}, "JWT_ALGORITHM"),
        ({"auth_service_url": "ftp://x"}, "AUTH_SERVICE_URL"),
        ({"port": 70000}, "PORT"),
        ({"env": "production"}, "ENV"),
    ],
)
def test_unsafe_or_impossible_values_name_their_setting(
    given: dict[str, Any], setting: str
) -> None:
    assert any(line.startswith(f"{setting}:") for line in refused(**given).splitlines())


def test_every_fault_is_told_at_once() -> None:
    message = refused(env="prod", jwt_secret="short", debug=True, subgraph_access="open")
    assert {line.partition(":")[0] for line in message.splitlines()} == {
        "JWT_SECRET",
        "DEBUG",
        "SUBGRAPH_ACCESS",
    }


def test_open_cors_never_goes_with_credentials() -> None:
    assert cors_faults(["*"], credentials=True, env=Env.DEV)
    assert cors_faults(["*"], credentials=False, env=Env.PROD)
    assert not cors_faults(["*"], credentials=False, env=Env.DEV)
    assert not cors_faults(["https://est.example"], credentials=True, env=Env.PROD)
