"""Production refuses to start unsafe and names every fault at once; fault 9, and 85 at services."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.testkit.fleet import SUPERGRAPH
from tests.testkit.ports import free_ports
from tests.testkit.system import ROOT

SECRET = "q3Vg7Yt0Zr8Lx2Nc5Mb9Kd4Jf6Hs1Pw+Ua="
OWN_KEY, OTHER_KEY = "Jf6Hs1PwUaq3Vg7Yt0Zr", "x2Nc5Mb9Kd4Jf6Hs1PwU"
DATABASE = "postgresql://est_app:Zr8Lx2Nc5Mb9@127.0.0.1:1/est"
SERVICE = {
    "ENV": "prod",
    "DATABASE_URL": DATABASE,
    "JWT_SECRET": SECRET,
    "GATEWAY_KEY": OWN_KEY,
    "LIMITS_URL": "redis://redis:6379/0",
}
SAFE: Mapping[str, dict[str, str]] = {
    "gateway": {
        "ENV": "prod",
        "SUPERGRAPH": str(SUPERGRAPH),
        "JWT_SECRET": SECRET,
        "PERSISTED__AUTOMATIC": "true",
    },
    "auth_service": {
        **SERVICE,
        "CATALOG_GATEWAY_KEY": OTHER_KEY,
        "SMTP_HOST": "smtp.provider.com",
        "MAIL_LINK_BASE": "https://est.shop/graphql",
    },
    "catalog_service": {**SERVICE, "AUTH_GATEWAY_KEY": OTHER_KEY},
}
OF_A_SERVICE = [
    {"JWT_SECRET": "short"},
    {"JWT_SECRET": "change-me-change-me-change-me-change-me"},
    {"JWT_SECRET": "my-very-secret-password-of-the-shop-1234"},
    {"JWT_ALGORITHM": "none"},
    {"GATEWAY_KEY": ""},
    {"GATEWAY_KEY": "short"},
    {"GATEWAY_KEY": "changemechangemechangeme"},
    {"GATEWAY_KEY": "aaaaaaaaaaaaaaaaaaaaaaaa"},
    {"GATEWAY_KEY_PREVIOUS": "short"},
    {"SUBGRAPH_ACCESS": "open"},
    {"DEBUG": "true"},
    {"DATABASE_URL": "postgresql://postgres:postgres@127.0.0.1:1/est"},
    {"DATABASE_URL": "mysql://u:p@h/d"},
    {"AUTH_SERVICE_URL": "http://auth.est.shop"},
    {"AUTH_SERVICE_URL": "ftp://auth"},
    {"CATALOG_SERVICE_URL": "http://8.8.8.8:8000"},
    {"DATABASE_URL": "postgresql://est_app:Zr8Lx2Nc5Mb9@db.provider.com/est"},
    {"DATABASE_URL": "postgresql://est_app:Zr8Lx2Nc5Mb9@8.8.8.8/est?sslmode=prefer"},
    {"DATABASE_URL": f"{DATABASE}?nonsense=1"},
    {"LIMITS_URL": "redis://:password@redis.provider.com:6379"},
    {"LIMITS_URL": "rediss://redis.provider.com?ssl_cert_reqs=none"},
    {"LIMITS_URL": "rediss://redis.provider.com?ssl_ca_certs=/nowhere.pem"},
    {"PORT": "70000"},
    {"DATABASE_POOL_SIZE": "many"},
]
UNSAFE: Mapping[str, list[dict[str, str]]] = {
    "gateway": [
        {"JWT_SECRET": "short"},
        {"JWT_SECRET": "change-me-change-me-change-me-change-me"},
        {"JWT_SECRET": "", "JWKS_URL": ""},
        {"EXPLORER": "public"},
        {"PLAN_HEADER": "true"},
        {"CORS__ORIGINS": '["*"]'},
        {"CORS__ORIGINS": '["*"]', "CORS__CREDENTIALS": "true"},
        {"CORS__ORIGINS": '["null"]'},
        {"CORS__ORIGINS": '["http://shop.est.shop"]', "CORS__CREDENTIALS": "true"},
        {"SUBGRAPHS__AUTH__KEY": "short"},
        {"SUBGRAPHS__AUTH__KEY": "changemechangemechangeme"},
        {"SUBGRAPHS__AUTH__URL": "http://auth.est.shop/graphql"},
        {"SUBGRAPHS__AUTH__URL": "http://user:word@8.8.8.8/graphql"},
        {"ALL_SUBGRAPHS__TLS__VERIFY": "false"},
        {"JWKS_URL": "http://auth.est.shop/jwks", "JWT_SECRET": ""},
        {"SUPERGRAPH": "http://registry.provider.com/supergraph"},
        {"TRUSTED_PROXIES": '["0.0.0.0/0"]'},
        {"TRUSTED_PROXIES": '["::/0"]'},
        {"LIMITS_URL": "redis://:password@redis.provider.com:6379"},
        {"PERSISTED__REDIS_URL": "redis://redis.provider.com"},
        {"PERSISTED__REDIS_URL": "rediss://redis.provider.com?ssl_check_hostname=False"},
        {"PERSISTED__REDIS_URL": "redis://redis/0?nonsense=1"},
        {"PERSISTED__ONLY_TRUSTED": "true"},
        {"LIMITS__DEPTH": "deep"},
    ],
    "auth_service": [
        *OF_A_SERVICE,
        {"SMTP_HOST": ""},
        {"SMTP_SECURITY": "none"},
        {"SMTP_SECURITY": "none", "SMTP_HOST": "mail", "SMTP_USER": "est"},
        {"MAIL_LINK_BASE": "http://est.shop/graphql"},
        {"MAIL_FROM": "EST <no-reply>"},
        {"MAIL_FROM": "no-reply@"},
        {"MAIL_FROM": "a@est.shop, b@est.shop"},
        {"MAIL_REPLY_TO": "EST, Team <help@est.shop>"},
        {"PUBLIC_URL": "http://est.shop"},
        {"BCRYPT_COST": "10"},
        {"LIMITS_FACTOR": "10"},
        {"JWT_PRIVATE_KEY_FILE": "/nowhere.pem"},
        {"JWT_SECRET": ""},
        {"CATALOG_GATEWAY_KEY": ""},
        {"CATALOG_GATEWAY_KEY": "short"},
        {"CATALOG_GATEWAY_KEY": OWN_KEY},
    ],
    "catalog_service": [
        *OF_A_SERVICE,
        {"AUTH_GATEWAY_KEY": ""},
        {"AUTH_GATEWAY_KEY": OWN_KEY},
        {"PUBLIC_URL": "http://est.shop"},
    ],
}
NAMED_OTHERWISE = {"JWT_SECRET": {"JWKS_URL", "JWT_PRIVATE_KEY_FILE", "JWT_ISSUER"}}


def started(
    module: str, folder: Path, environment: Mapping[str, str], *, both: bool = False
) -> tuple[int, str]:
    """Start a server that is to refuse: its status, and what it says; ``both``: its log too."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    [port] = free_ports(1)
    given = {"PYTHONPATH": str(ROOT), "PORT": str(port), **environment}
    process = subprocess.run(
        [sys.executable, "-m", module],
        cwd=folder, env={**inherited, **given}, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    return process.returncode, (process.stdout if both else "") + process.stderr


@pytest.mark.parametrize("module", UNSAFE)
def test_each_fault_is_refused_by_its_name(
    module: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for changes in UNSAFE[module]:
        told = reasons(module, {**SAFE[module], **changes}, monkeypatch)
        expected = {name for given in changes for name in (given, *NAMED_OTHERWISE.get(given, ()))}
        assert told & expected, (changes, told)


@pytest.mark.parametrize("module", SAFE)
def test_the_safe_ones_are_not_refused(
    module: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert reasons(module, SAFE[module], monkeypatch) == set()


def reasons(
    module: str, environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> set[str]:
    """The settings that are named where a server's settings are read."""
    from auth_service.core.settings import AuthSettings
    from catalog_service.core.settings import CatalogSettings
    from gateway.config.loading import read_settings
    from shared.errors import ConfigurationError
    from shared.settings import load_settings

    with monkeypatch.context() as patch:
        for name in os.environ.keys() - {"PATH", "HOME"}:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        try:
            if module == "gateway":
                read_settings()
            else:
                load_settings(AuthSettings if module == "auth_service" else CatalogSettings)
        except ConfigurationError as error:
            return {line.partition(":")[0] for line in str(error).splitlines()}
    return set()


@pytest.mark.parametrize("module", UNSAFE)
def test_the_process_names_all_faults_at_once_and_no_secret(module: str, tmp_path: Path) -> None:
    together = dict(SAFE[module])
    expected: set[str] = set()
    for changes in reversed(UNSAFE[module]):
        alone = [value for value in changes.values() if value and value != OWN_KEY]
        if len(alone) == len(changes) == 1:
            together |= changes
            expected |= changes.keys()
    status, told = started(module, tmp_path, together)
    lines = [line.removeprefix("gateway: ") for line in told.splitlines()]
    named = {line.partition(":")[0] for line in lines}
    assert status in {1, 2}
    assert expected <= named
    assert "Traceback" not in told
    for secret in (SECRET, "Zr8Lx2Nc5Mb9", "changemechangeme", "short", ":password"):
        assert secret not in told


def test_253_files_that_do_not_do_are_named_beside_the_settings(tmp_path: Path) -> None:
    (tmp_path / "trusted.json").write_text('{"abc": 5}')
    (tmp_path / "explorer.toml").write_text("title =")
    given = {
        **SAFE["gateway"],
        "JWT_SECRET": "",
        "PERSISTED__TRUSTED": "trusted.json",
        "EXPLORER_CONFIG": ".",
        "ALL_SUBGRAPHS__TLS__CA_FILE": "nowhere.pem",
        "SUBGRAPHS__CATALOG__TLS__CLIENT_CERTIFICATE": "nowhere.pem",
    }
    expected = {
        "JWKS_URL",
        "JWT_ISSUER",
        "PERSISTED__TRUSTED",
        "EXPLORER_CONFIG",
        "SUBGRAPHS__AUTH__TLS__CA_FILE",
        "SUBGRAPHS__CATALOG__TLS__CLIENT_CERTIFICATE",
    }
    for changes, named in (({}, expected), ({"SUPERGRAPH": ""}, {"SUPERGRAPH"})):
        status, told = started("gateway", tmp_path, {**given, **changes})
        lines = [line.removeprefix("gateway: ") for line in told.splitlines()]
        assert status == 2
        assert named <= {line.partition(":")[0] for line in lines}
        assert len(lines) == len(set(lines))
        assert "Traceback" not in told


def test_85_a_service_that_outlasts_its_gateway_warns_at_start(tmp_path: Path) -> None:
    long = {"DATABASE_TIMEOUT_SECONDS": "20", "GATEWAY_TIMEOUT_SECONDS": "3"}
    # It warns, and ends because there is no database.
    settings = {**SAFE["catalog_service"], **long, "ENV": "dev", "LIMITS_URL": "memory://"}
    status, told = started("catalog_service", tmp_path, settings, both=True)
    assert status != 0
    [warning] = [line for line in told.splitlines() if "unwise settings" in line]
    assert "DATABASE_TIMEOUT_SECONDS (20 s)" in warning
    assert "GATEWAY_TIMEOUT_SECONDS (3 s)" in warning
