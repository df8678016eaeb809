"""The shape of a document: what is left of it without names, literals, comments and spacing.

    query Offers { offers(first: 5, near: {lat: 1.5, lon: $lon}) { id } }   # of today
    { offers(first:20 near:{lat:2 lon:$lon}) { id } }

are one shape, ``{ offers ( first : ?0 near : { lat : ?1 lon : $ lon } ) { id } }``, with the
literals 5 and 1.5, or 20 and 2. Documents of one shape are read, checked and planned once; their
literals are written back into what is sent to subgraphs, exactly as they came. Found by one pass
over tokens, far cheaper than parsing.

What stays as it is in the shape:

- literals of @skip and @include, which decide what is selected, and defaults of variables;
- all literals of a document that introspects, whose answer they decide;
- literals of fields that a subgraph requires with arguments, so that the planner sees where both
  ask the same;
- sizes of lists that are no sizes (``first: null``): the cost of an operation is a formula over
  those that are.

Equal literals of one argument of one field are one, so that fields that may be merged with them
could be merged before, and only those.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLError,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    parse_const_value,
)

from gateway.operation.literals import untyped_value, value_text
from gateway.operation.number_text import integer
from gateway.operation.tokens import Token, Unbalanced, pairs, tokens_of

_PLAIN_STRING = re.compile(r'"[ !#-\[\]-~]*"')
_INTEGER = re.compile(r"-?[0-9]{1,10}")
_OPERATIONS = frozenset({"query", "mutation", "subscription"})
_DECIDING = frozenset({"skip", "include"})
_INTROSPECTION = frozenset({"__schema", "__type"})
_MARK = "__literal"
_MOST_CHARACTERS = 65_536
"""A string of a megabyte would hold the event loop for 200 ms, in one match."""
_MOST_PARSED = 4_000
"""Characters of strings, lists and objects, whose canonical print takes a parser: 10 ms."""


def placeholder(number: int) -> str:
    """The name under which literal ``number`` stands in a plan."""
    return f"{_MARK}{number}_"


@dataclass(frozen=True, slots=True)
class Shape:
    """``key`` is the shape's text; ``literals`` are those of this document, in canonical print.

    ``name`` is its only operation's; None where there are several, or none. ``positions`` say
    which literal begins where in the text. ``has_secrets``: the document may hold a password, a
    string literal beside a mutation; ``key_has_secrets``: so does its shape.
    """

    key: str
    literals: tuple[str, ...] = ()
    name: str | None = None
    is_single: bool = False
    positions: dict[int, int] = field(default_factory=dict)
    has_secrets: bool = False
    key_has_secrets: bool = False

    def values(self) -> dict[str, Any]:
        """The values of the literals under their placeholders, for what is counted of them."""
        return {placeholder(number): _value(text) for number, text in enumerate(self.literals)}


class _NoShape(Exception):
    """The document has something that only a parser should judge."""


def shape_of(
    text: str,
    max_tokens: int,
    kept_fields: frozenset[str] = frozenset(),
    sizes: frozenset[str] = frozenset(),
) -> Shape | None:
    """Return the shape of ``text``; None where the parser must judge: it may be no document.

    ``kept_fields``: names of fields whose literals stay; ``sizes``: arguments that size lists.
    """
    if len(text) > _MOST_CHARACTERS or _MARK in text or text.count("#") > max_tokens:
        return None
    tokens = list(tokens_of(text, max_tokens + 1))
    if not tokens or len(tokens) > max_tokens or tokens[-1].kind == "end":
        return None
    try:
        return _Shaping(tokens, kept_fields, sizes).shape()
    except (_NoShape, Unbalanced, IndexError, GraphQLError, RecursionError):
        return None


class _Shaping:
    """One pass over the tokens of a document."""

    def __init__(
        self, tokens: list[Token], kept_fields: frozenset[str], sizes: frozenset[str]
    ) -> None:
        """``kept_fields`` and arguments that are ``sizes`` keep their literals in the shape."""
        self._tokens = tokens
        self._kept = kept_fields
        self._sizes = sizes
        self._keeps_all = any(t.text in _INTROSPECTION for t in tokens if t.kind == "name")
        self._closes, self._variables_before = pairs(tokens)
        self._out: list[str] = []
        self._numbers: dict[tuple[str, str, str], int] = {}
        self._literals: list[str] = []
        self._positions: dict[int, int] = {}
        self._keyword: int | None = None
        self._parsed = 0
        self._operations = 0

    def shape(self) -> Shape:
        """Go through all tokens; what stands in parentheses is where literals are."""
        tokens, at, depth = self._tokens, 0, 0
        while at < len(tokens):
            token = tokens[at]
            if depth == 0:
                self._begin_definition(at)
            if token.text == "(" and token.kind == "punctuator":
                at = self._parenthesised(at)
                continue
            if token.text == "{" and token.kind == "punctuator":
                depth += 1
            elif token.text == "}" and token.kind == "punctuator":
                depth -= 1
            elif token.kind not in ("name", "punctuator"):
                raise _NoShape  # a description, or a value where none can be
            self._out.append(token.text)
            at += 1
        return self._finished()

    def _finished(self) -> Shape:
        is_single = self._operations == 1
        name = self._take_name() if is_single and self._keyword is not None else None
        mutates = any(t.kind == "name" and t.text == "mutation" for t in self._tokens)
        strings = [t for t in self._tokens if t.kind in ("string", "block")]
        return Shape(
            " ".join(filter(None, self._out)),
            tuple(self._literals),
            name,
            is_single=is_single,
            positions=self._positions,
            has_secrets=mutates and bool(strings),
            key_has_secrets=mutates and any('"' in text for text in self._out),
        )

    def _take_name(self) -> str | None:
        """Take the name, and a needless ``query``, out of the only operation of the document."""
        at = self._keyword or 0
        name = None
        if self._out[at + 1][0] not in "({@":
            name, self._out[at + 1] = self._out[at + 1], ""
        follows = self._out[at + 2] if name is not None else self._out[at + 1]
        if (self._out[at], follows) == ("query", "{"):
            self._out[at] = ""
        return name

    def _begin_definition(self, at: int) -> None:
        """Count an operation that begins at a token outside all braces; note its keyword."""
        token = self._tokens[at]
        before = self._tokens[at - 1].text if at else "}"
        if before != "}":
            return
        if token.text == "{":
            self._operations += 1
        elif token.text in _OPERATIONS:
            self._operations += 1
            self._keyword = len(self._out)

    def _parenthesised(self, at: int) -> int:
        """Arguments, or definitions of variables, which stay as they are. Returns what follows."""
        end = self._closes[at]
        owner, is_directive = self._tokens[at - 1].text, self._tokens[at - 2].text == "@"
        is_kept = self._keeps_all or (owner in _DECIDING if is_directive else owner in self._kept)
        if is_kept or self._tokens[at + 1].text == "$":
            self._out += (self._kept_text(token) for token in self._tokens[at : end + 1])
            return end + 1
        self._out.append("(")
        inner = at + 1
        while inner < end:
            inner = self._argument(f"{'@' * is_directive}{owner}", inner)
        self._out.append(")")
        return end + 1

    def _kept_text(self, token: Token) -> str:
        return _canonical(token.text) if token.kind in ("string", "block") else token.text

    def _argument(self, owner: str, at: int) -> int:
        name, colon = self._tokens[at], self._tokens[at + 1]
        if name.kind != "name" or colon.text != ":":
            raise _NoShape
        self._out += (name.text, ":")
        return self._value((owner, name.text), at + 2)

    def _value(self, argument: tuple[str, str], at: int) -> int:
        """A value: a variable, a literal, or a list or object that has variables in it."""
        token = self._tokens[at]
        if token.text == "$":
            self._out += ("$", self._tokens[at + 1].text)
            return at + 2
        if token.kind != "punctuator":
            if argument[1] in self._sizes and not _INTEGER.fullmatch(token.text):
                self._out.append(self._kept_text(token))
                return at + 1
            self._add_literal(argument, token, token.text)
            return at + 1
        if token.text not in ("[", "{"):
            raise _NoShape
        end = self._closes[at]
        if self._variables_before[at] == self._variables_before[end]:
            texts = (t.text for t in self._tokens[at : end + 1])
            self._add_literal(argument, token, " ".join(texts))
            return end + 1
        self._out.append(token.text)
        inner = at + 1
        while inner < end:
            if token.text == "{":
                self._out += (self._tokens[inner].text, ":")
                if self._tokens[inner].kind != "name" or self._tokens[inner + 1].text != ":":
                    raise _NoShape
                inner += 2
            inner = self._value(argument, inner)
        self._out.append(self._tokens[end].text)
        return end + 1

    def _add_literal(self, argument: tuple[str, str], token: Token, text: str) -> None:
        canonical = text
        if token.kind not in ("name", "number"):
            self._parsed += len(text)
            if self._parsed > _MOST_PARSED:
                raise _NoShape
            canonical = _canonical(text)
        number = self._numbers.setdefault((*argument, canonical), len(self._numbers))
        if number == len(self._literals):
            self._literals.append(canonical)
        self._positions[token.start] = number
        self._out.append(f"?{number}")


def _value(text: str) -> Any:
    if _INTEGER.fullmatch(text):
        return integer(text)
    return untyped_value(parse_const_value(text, no_location=True))


def _canonical(text: str) -> str:
    """Print a string, list or object as a plan would. Raises GraphQLError for what is none."""
    if _PLAIN_STRING.fullmatch(text):
        return text
    node = parse_const_value(text, no_location=True)
    _check_names(node)
    return value_text(node)


def _check_names(node: ValueNode) -> None:
    """Refuse objects that have a name twice: validation says so."""
    if isinstance(node, ListValueNode):
        for item in node.values:
            _check_names(item)
    elif isinstance(node, ObjectValueNode):
        if len({each.name.value for each in node.fields}) < len(node.fields):
            raise _NoShape
        for each in node.fields:
            _check_names(each.value)
