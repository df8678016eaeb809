"""A document's tokens (specification, 2.1), by one regular expression: no syntax, no values."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_TOKENS = re.compile(
    r"[ \t\n\r,\ufeff]+|#[^\n\r]*"
    r"|(?P<name>[_A-Za-z][_0-9A-Za-z]*)"
    r"|(?P<punctuator>\.\.\.|[!$&()\[\]{}:=|@])"
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![_0-9A-Za-z.])"
    r'|(?P<block>"""(?:[^"\\]|\\"""|\\(?!""")|"{1,2}(?!"))*""")'
    r'|(?P<string>"(?!"")(?:[^"\\\n\r]|\\.)*")'
)
_OPENING = {"(": ")", "[": "]", "{": "}"}
_CLOSING = frozenset(_OPENING.values())


class Unbalanced(Exception):
    """A bracket is not closed, or by another one."""


class Token(msgspec.Struct, frozen=True):
    """``kind`` is name, punctuator, number, string, block, or end: no token is there."""

    kind: str
    text: str
    start: int


def tokens_of(text: str, most: int) -> Iterator[Token]:
    """The tokens of ``text``; one of kind "end" where it has something else."""
    at = 0
    while at < len(text) and most:
        match = _TOKENS.match(text, at)
        if match is None:
            yield Token("end", "", at)
            return
        at = match.end()
        if match.lastgroup is not None:
            most -= 1
            yield Token(match.lastgroup, match[0], match.start())


def pairs(tokens: list[Token]) -> tuple[dict[int, int], list[int]]:
    """Where each bracket is closed, and how many variables there are before each token.

    Raises Unbalanced.
    """
    closes: dict[int, int] = {}
    open_: list[int] = []
    variables, before = 0, []
    for at, token in enumerate(tokens):
        before.append(variables)
        if token.kind != "punctuator":
            continue
        if token.text in _OPENING:
            open_.append(at)
        elif token.text in _CLOSING:
            if not open_ or _OPENING[tokens[open_[-1]].text] != token.text:
                raise Unbalanced
            closes[open_.pop()] = at
        elif token.text == "$":
            variables += 1
    if open_:
        raise Unbalanced
    return closes, before
