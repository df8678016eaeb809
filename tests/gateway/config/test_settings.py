"""Settings: file, environment, flags; unsafe values refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.config.loading import config_schema, read_settings
from gateway.config.safety import unwise_settings
from gateway.config.settings import Explorer
from gateway.config.subgraphs import subgraph_configs
from gateway.runtime.engine import Engine
from gateway.supergraph import load_supergraph
from shared.errors import ConfigurationError

SUPERGRAPH_FILE = Path(__file__).parents[1] / "http" / "supergraph.graphql"
SUPERGRAPH = SUPERGRAPH_FILE.read_text()
SECRET = "q8Wb2XbQmYpVtHs6Kd3nJr5uFz7aLc9eRt4y"
TOML = """
port = 4123
response_headers = ["cache-control", "x-cost"]

[all_subgraphs]
timeout_seconds = 3.0

[subgraphs.shop]
url = "https://shop.test/graphql"
key = "a-long-enough-key"
retries = 0

[subgraphs.shop.headers]
forward = ["authorization"]
rename = { "x-tenant" = "x-shop" }
insert = { "x-env" = "test" }
remove = ["baggage"]

[limits]
depth = 7
"""


def test_file_then_environment_then_flags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(TOML)
    monkeypatch.setenv("GATEWAY_CONFIG", str(path))
    monkeypatch.setenv("LIMITS__ALIASES", "5")
    monkeypatch.setenv("SUBGRAPHS__SHOP__URL", "http://127.0.0.1:9/graphql")
    settings = read_settings(port=4321, host=None)
    assert (settings.port, settings.host) == (4321, "127.0.0.1")
    assert (settings.limits.depth, settings.limits.aliases) == (7, 5)
    assert settings.subgraph("SHOP").url == "http://127.0.0.1:9/graphql"
    assert settings.subgraph("shop").timeout_seconds == 3.0
    assert settings.subgraph("other").timeout_seconds == 3.0


def test_what_a_subgraph_gets(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(TOML)
    urls = {name: info.url for name, info in load_supergraph(SUPERGRAPH).subgraphs.items()}
    found = subgraph_configs(urls, read_settings(path))
    shop, stock = found["shop"], found["stock"]
    assert (shop.url, shop.timeout, shop.retries) == ("https://shop.test/graphql", 3.0, 0)
    assert stock.url == "http://127.0.0.1:1/stock"
    assert shop.response_headers == {"cache-control", "x-cost"}
    client = {"authorization": "Bearer x", "x-tenant": "t", "cookie": "c", "baggage": "b"}
    assert shop.headers.apply({**client, "connection": "close", "x-request-id": "r"}) == {
        "authorization": "Bearer x",
        "x-shop": "t",
        "x-env": "test",
        "x-gateway-key": "a-long-enough-key",
        "x-request-id": "r",
    }
    assert "a-long-enough-key" not in repr(shop)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"explorer": "public"}, "EXPLORER"),
        ({"plan_header": True}, "PLAN_HEADER"),
        ({"jwt_secret": None}, "JWKS_URL"),
        ({"jwt_secret": "short"}, "JWT_SECRET"),
        ({"jwt_secret": "change-me-change-me-change-me-short"}, "JWT_SECRET"),
        ({"cors": {"origins": ["*"]}}, "CORS__ORIGINS"),
        ({"subgraphs": {"shop": {"key": "short"}}}, "SUBGRAPHS__SHOP__KEY"),
        ({"subgraphs": {"shop": {"url": "ftp://x"}}}, "SUBGRAPHS__SHOP__URL"),
        ({"all_subgraphs": {"tls": {"verify": False}}}, "ALL_SUBGRAPHS__TLS__VERIFY"),
        ({"jwks_url": "https://x.test/jwks", "jwt_secret": None}, "JWT_ISSUER"),
        ({"unknown": 1}, "UNKNOWN"),
        ({"limits": {"unknown": 1}}, "LIMITS__UNKNOWN"),
        ({"trusted_proxies": ["nowhere"]}, "TRUSTED_PROXIES"),
        ({"persisted": {"only_trusted": True}}, "PERSISTED__ONLY_TRUSTED"),
        ({"persisted": {"redis_url": "localhost:6379"}}, "PERSISTED__REDIS_URL"),
        ({"limits_url": "memcached://host"}, "LIMITS_URL"),
        ({"graphql_path": "/health/live"}, "GRAPHQL_PATH"),
        ({"graphql_path": "/explorer"}, "GRAPHQL_PATH"),
        ({"graphql_path": "/a b"}, "GRAPHQL_PATH"),
        ({"graphql_path": "/api?x"}, "GRAPHQL_PATH"),
        ({"jwt_secret": None}, "JWT_ISSUER"),
    ],
)
def test_production_refuses_by_name(given: dict[str, Any], name: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_settings(**{"env": "prod", "jwt_secret": SECRET, **given})
    assert any(line.startswith(name) for line in str(caught.value).splitlines())
    assert "short" not in str(caught.value)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_settings(env="prod", explorer="public", plan_header=True)
    assert len(str(caught.value).splitlines()) == 4


def test_who_may_explore_by_default() -> None:
    assert read_settings().explorer_mode is Explorer.PUBLIC
    production = read_settings(env="prod", jwt_secret=SECRET)
    assert production.explorer_mode is Explorer.PARTNERS


def test_one_setting_names_issuer_and_keys() -> None:
    settings = read_settings(auth_service_url="http://127.0.0.1:8001/")
    assert settings.keys_url == "http://127.0.0.1:8001/.well-known/jwks.json"
    assert settings.token_issuer == "http://127.0.0.1:8001"


@pytest.mark.parametrize("text", ["port = ", "- a\n- b", "port: [", "[limits]\ndepth = 'x'"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / ("x.yaml" if text.startswith(("-", "port:")) else "x.toml")
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"GATEWAY_CONFIG|LIMITS__DEPTH"):
        read_settings(path)


def test_what_the_environment_says_of_a_subgraph_lies_over_the_file_however_that_writes_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(
        '[subgraphs.Shop]\nkey = "a-long-enough-key"\nurl = "http://file.test"\n'
        "[subgraphs.my-stock]\nretries = 0\n"
    )
    monkeypatch.setenv("SUBGRAPHS__SHOP__URL", "http://environment.test")
    monkeypatch.setenv("SUBGRAPHS__MY_STOCK__TIMEOUT_SECONDS", "3")
    settings = read_settings(path)
    shop, stock = settings.subgraph("SHOP"), settings.subgraph("my-stock")
    assert shop.key is not None
    assert (shop.key.get_secret_value(), shop.url) == (
        "a-long-enough-key",
        "http://environment.test",
    )
    assert (stock.retries, stock.timeout_seconds) == (0, 3)


def test_what_is_no_json_in_the_environment_is_a_fault_among_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = {
        "TRUSTED_PROXIES": "10.0.0.0/8",
        "EXPLORER_ROLES": "admin",
        "CORS__ORIGINS": "http://shop.test",
        "ALL_SUBGRAPHS__HEADERS__FORWARD": "cookie",
        "ALL_SUBGRAPHS__HEADERS__RENAME": "a=b",
        "SUPERGRAPH_HEADER": "x: y",
        "SUBGRAPHS__SHOP__HEADERS": "[",
        "RATE": "5",
        "PORT": "many",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        read_settings(env="prod", plan_header=True)
    lines = str(caught.value).splitlines()
    named = {line.partition(":")[0] for line in lines}
    assert given.keys() | {"PLAN_HEADER", "JWKS_URL"} <= named
    assert 'TRUSTED_PROXIES: must be a list (in the environment as JSON: ["one", "two"])' in lines


def test_lists_and_tables_of_the_environment_are_read_as_json(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", '["10.0.0.0/8"]')
    monkeypatch.setenv("CORS__ORIGINS", '["http://shop.test"]')
    monkeypatch.setenv("SUBGRAPHS", '{"shop": {"retries": 0}}')
    monkeypatch.setenv("SUBGRAPHS__SHOP__HEADERS__RENAME", '{"x-a": "x-b"}')
    settings = read_settings()
    assert settings.trusted_proxies == ["10.0.0.0/8"]
    assert settings.cors.origins == ["http://shop.test"]
    shop = settings.subgraph("shop")
    assert shop.headers is not None
    assert (shop.retries, shop.headers.rename) == (0, {"x-a": "x-b"})


def test_one_subgraph_named_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text("[subgraphs.my-stock]\nretries = 0\n[subgraphs.My_Stock]\nretries = 1\n")
    with pytest.raises(ConfigurationError, match="one subgraph twice among My_Stock, my-stock"):
        read_settings(path)


def test_a_section_of_no_subgraph_is_warned_of() -> None:
    given = {"shop": {"retries": 0}, "stokc": {"retries": 0}}
    with capture_logs() as lines:
        Engine(read_settings(supergraph=str(SUPERGRAPH_FILE), subgraphs=given))
    [warning] = [line for line in lines if line["log_level"] == "warning"]
    assert warning["reason"] == "SUBGRAPHS__STOKC: the supergraph has no such subgraph"


def test_yaml_means_the_same(tmp_path: Path) -> None:
    path = tmp_path / "gateway.yaml"
    path.write_text("limits:\n  depth: 7\nsubgraphs:\n  shop:\n    retries: 0\n")
    settings = read_settings(path)
    assert (settings.limits.depth, settings.subgraph("SHOP").retries) == (7, 0)


def test_the_files_json_schema_is_printed() -> None:
    schema = json.loads(config_schema())
    assert schema["additionalProperties"] is False
    assert "subgraphs" in schema["properties"]


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"insert": {"x-a": "1\r\nx-evil: 1"}}, "x-a needs a value in one line"),
        ({"insert": {"x-a": "ä"}}, "x-a needs a value in one line"),
        ({"insert": {"x a": "1"}}, "'x a' is not the name of a header"),
        ({"forward": ["x-a: b"]}, "'x-a: b' is not the name of a header"),
        ({"insert": {"Transfer-Encoding": "chunked"}}, "belongs to the connection"),
        ({"rename": {"x-a": "Content-Length"}}, "belongs to the connection"),
    ],
)
def test_headers_that_would_be_none_or_two_are_refused(headers: Any, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        read_settings(subgraphs={"shop": {"headers": headers}})


def test_a_key_with_a_line_break_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="SUBGRAPHS__SHOP__KEY: must be one line"):
        read_settings(subgraphs={"shop": {"key": "a-long-enough-key\nx-evil: 1"}})


def unwise(**given: Any) -> list[str]:
    return list(unwise_settings(read_settings(**given)))


def test_85_a_request_shorter_than_a_subgraphs_time_is_warned_of() -> None:
    assert unwise() == []
    assert unwise(times={"request": 10}) == []
    [everyone] = unwise(times={"request": 5})
    assert everyone.startswith("TIMES__REQUEST (5 s) is shorter than")
    assert "ALL_SUBGRAPHS__TIMEOUT_SECONDS (10 s)" in everyone
    [one] = unwise(times={"request": 11}, subgraphs={"shop": {"timeout_seconds": 12}, "b": {}})
    assert "SUBGRAPHS__SHOP__TIMEOUT_SECONDS (12 s)" in one
    assert unwise(times={"request": 5}, all_subgraphs={"timeout_seconds": 5}) == []


def test_trusted_documents_alone_hold_where_not_everybody_explores() -> None:
    trusted = {"trusted": "documents.json", "only_trusted": True}
    [warning] = unwise(persisted=trusted)  # in development everybody may explore by default
    assert warning.startswith("PERSISTED__ONLY_TRUSTED: holds for nobody")
    assert unwise(persisted=trusted, explorer="off") == []
    with pytest.raises(ConfigurationError, match="PERSISTED__ONLY_TRUSTED: holds for nobody"):
        read_settings(env="staging", explorer="public", persisted=trusted)


def test_a_secret_without_the_issuer_it_is_of_is_warned_of() -> None:
    [warning] = unwise(jwt_secret=SECRET)
    assert warning.startswith("JWT_ISSUER: without it")
    assert unwise(jwt_secret=SECRET, auth_service_url="http://127.0.0.1:8001") == []


def test_a_door_that_closes_before_a_balancer_knows_is_warned_of() -> None:
    """In development nobody balances, and whoever ends it waits for nothing."""
    production = {"env": "prod", "auth_service_url": "https://auth.example"}
    demand = {"mode": "enforce"}
    assert [line.partition(":")[0] for line in unwise(**production, demand_control=demand)] == [
        "EXPLORER",
        "TIMES__DRAIN",
    ]
    drained = unwise(**production, demand_control=demand, times={"drain": 5})
    assert [line.partition(":")[0] for line in drained] == ["EXPLORER"]


def test_85_the_warning_is_logged_at_start() -> None:
    with capture_logs() as lines:
        Engine(read_settings(supergraph=str(SUPERGRAPH_FILE), times={"request": 5}))
    [warning] = [line for line in lines if line["log_level"] == "warning"]
    assert "TIMES__REQUEST" in warning["reason"]
    assert "ALL_SUBGRAPHS__TIMEOUT_SECONDS" in warning["reason"]
