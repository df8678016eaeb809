"""Fault 74: whatever holds itself, or comes any number of times, is refused for what it is."""

from __future__ import annotations

import json

import pytest
from graphql import GraphQLSyntaxError, Lexer, Source, TokenKind

from tests.faults.chains import DEEP, LONG
from tests.faults.doors import DOORS, door, first_error
from tests.testkit.fleet import Fleet

TOKENS = {"gateway": 5_000, "auth": 30_000, "catalog": 30_000}
BODY_BYTES = {"gateway": 1_000_000, "auth": 4_000_000, "catalog": 4_000_000}
# Of deeply nested things, for another true reason first: they end too early, or are no operation.
ANOTHER_REASON = {"type system", "bodies", "a key that nobody knows"}


def tokens_of(body: bytes) -> int:
    """How many tokens the document of a body has, by graphql-core's lexer."""
    count = 0
    try:
        lexer = Lexer(Source(json.loads(body)["query"]))
        while lexer.advance().kind is not TokenKind.EOF:
            count += 1
    except (GraphQLSyntaxError, RecursionError):
        pass
    return count


def what_is_wrong(where: str, message: str, body: bytes, *, is_deep: bool, size: int) -> str | None:
    """Why ``message`` is not the true reason, as far as that can be told from outside."""
    if "tokens" in message and tokens_of(body) <= TOKENS[where]:
        return "has not so many tokens"
    if "nested" in message and "Batches" not in message and not (is_deep and size >= 90):
        return "is not nested"
    if "larger than" in message and len(body) <= BODY_BYTES[where]:
        return "is not so large"
    return None


@pytest.mark.parametrize("where", DOORS)
@pytest.mark.parametrize("kind", ["deep", "long"])
async def test_74_chains_are_refused_for_the_true_reason(
    house: Fleet, where: str, kind: str
) -> None:
    entered = door(house, where)
    chains, sizes = (
        (DEEP, (5, 95, 199, 400, 1_000, 30_000))
        if kind == "deep"
        else (LONG, (5, 70, 1_500, 30_000))
    )
    wrong: list[str] = []
    for name, chain in chains.items():
        for size in sizes:
            body = chain(size)
            answer = await entered.post(body)
            error = first_error(answer)
            message = "" if error is None else error["message"]
            code = None if error is None else error["extensions"]["code"]
            reason = what_is_wrong(where, message, body, is_deep=kind == "deep", size=size)
            if answer.status_code not in {200, 400, 413} or code == "INTERNAL" or reason:
                wrong.append(f"{name} × {size}: {answer.status_code} {message} ({reason})")
    assert not wrong, "\n".join(wrong)
    assert "Traceback" not in entered.server.told()


@pytest.mark.parametrize("where", DOORS)
async def test_74_the_message_for_nesting_is_not_the_one_for_tokens(
    house: Fleet, where: str
) -> None:
    entered = door(house, where)
    messages = {}
    for name, chain in DEEP.items():
        # services count definitions too, and that is true of more of them
        body = chain(450 if "fragments" in name else 1_200)
        if name in ANOTHER_REASON or (b'"query"' in body and tokens_of(body) > TOKENS[where]):
            continue
        error = first_error(await entered.post(body))
        assert error is not None, name
        messages[name] = error["message"]
    assert len(messages) > 20
    others = {name: text for name, text in messages.items() if text.count("nested too deeply") != 1}
    assert not others
