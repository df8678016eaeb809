"""Logs: one JSON object a line, and never a secret."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from shared.logs import configure_logs
from shared.logs.lines import REDACTED, redact
from shared.settings import LogFormat
from tests.shared.forge import by_hand

CANARY = "hunter2-canary"
TOKEN = by_hand({"alg": "HS256", "typ": "at+jwt"}, secret=b"x")


@pytest.fixture
def _configured() -> Iterator[None]:
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    configuration = structlog.get_config()
    yield
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.configure(**configuration)


@pytest.mark.parametrize(
    "key",
    ["password", "newPassword", "current_password", "token", "access_token", "refreshToken",
     "Authorization", "secret", "jwt_secret", "pickup_code", "pickupCode", "X-Gateway-Key",
     "api_key", "cookie", "smtp_password"],
)  # fmt: skip
def test_values_under_telling_names_are_replaced(key: str) -> None:
    event = redact(None, "info", {"event": "x", key: CANARY, "inner": [{key: CANARY}]})
    assert CANARY not in str(event)
    assert event[key] == REDACTED


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {TOKEN}",
        f"opened http://h/graphql#verify={'t' * 43}",
        "postgresql://user:hunter2-canary@db/est",
        "redis://:hunter2-canary@redis:6379/0",
    ],
)
def test_what_looks_like_a_secret_is_replaced_wherever_it_stands(text: str) -> None:
    event = redact(None, "info", {"event": text, "more": {"url": [text]}})
    assert not {TOKEN, "t" * 43, CANARY} & set(str(event).replace("#", "=").split("="))
    assert CANARY not in str(event)
    assert TOKEN not in str(event)


def test_a_failing_row_is_not_shown() -> None:
    digest = "$2b$04$" + "x" * 53
    text = f"violates check\nDETAIL:  Failing row contains (anna@example.com, {digest}).\nHINT: x"
    event = redact(None, "error", {"event": text, "hash": digest})
    assert event["event"] == f"violates check\nDETAIL:  {REDACTED}\nHINT: x"
    assert event["hash"] == REDACTED


def test_harmless_values_stay() -> None:
    event = {"event": "x", "token_version": 3, "user_id": "u", "status": 200}
    assert redact(None, "info", dict(event)) == event


@pytest.mark.usefixtures("_configured")
def test_lines_are_json_with_the_request_id(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("auth")
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger("a").info("did it", user_id="u", password=CANARY)
        logging.getLogger("b").warning("foreign %s", TOKEN)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["did it", f"foreign {REDACTED}"]
    assert {line["request_id"] for line in lines} == {"r1"}
    assert {line["service"] for line in lines} == {"auth"}
    assert lines[0]["password"] == REDACTED


@pytest.mark.usefixtures("_configured")
@pytest.mark.parametrize("log_format", list(LogFormat))
def test_tracebacks_show_no_local_variables(
    capsys: pytest.CaptureFixture[str], log_format: LogFormat
) -> None:
    configure_logs("auth", log_format=log_format)

    def fail(hidden: str) -> None:
        raise KeyError(len(hidden))

    try:
        fail(CANARY)
    except KeyError:
        structlog.get_logger("a").exception("failed")
    out = capsys.readouterr().out
    assert "Traceback" in out
    assert CANARY not in out


@pytest.mark.usefixtures("_configured")
def test_whatever_is_told_makes_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("auth")
    log = structlog.get_logger("a")
    log.info("odd", text="\udc80", number=2**70, kind=object, inner={1: {2: b"x"}})
    log.info("even %s", "more")
    odd, even = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (odd["text"], odd["number"]) == ("\udc80", 2**70)
    assert (even["event"], even["level"], even["logger"]) == ("even more", "info", "a")


UNSEEN = "a\x1b[2J\x7f\x85\x9b31m\u2028\u202e\u2066\u061cé"


@pytest.mark.usefixtures("_configured")
@pytest.mark.parametrize("log_format", list(LogFormat))
def test_nobodys_text_moves_a_terminal_or_begins_a_line(
    capsys: pytest.CaptureFixture[str], log_format: LogFormat
) -> None:
    configure_logs("auth", log_format=log_format)
    log = structlog.get_logger("a")
    log.info("told", client=UNSEEN)
    logging.getLogger("b").warning("foreign %s\nforged", UNSEEN)
    log.error("failed", exc_info=ValueError(UNSEEN))
    out = capsys.readouterr().out
    assert not set(UNSEEN).difference("a[2J31mé") & set(out)
    assert "é" in out
    if log_format is LogFormat.JSON:
        told = json.loads(out.splitlines()[0])
        assert told["client"] == UNSEEN
    assert not any(line.startswith("forged") for line in out.splitlines())


@pytest.mark.usefixtures("_configured")
def test_levels_below_the_configured_one_make_none(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("auth", "WARNING")
    structlog.get_logger("a").info("quiet")
    structlog.get_logger("a").warning("loud")
    assert [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()] == ["loud"]


@pytest.mark.usefixtures("_configured")
def test_a_closed_output_fails_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    configure_logs("auth")
    closed = io.TextIOWrapper(io.BytesIO())
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    structlog.get_logger("a").info("into nothing")
