"""Every construct of a document, and of JSON, that may hold itself or come any number of times.

Each of ``DEEP`` and ``LONG`` makes the body of a request of so many links. They mean little: what
counts is how they are refused. ``DEEP``: the links hold each other; ``LONG``: they come in a row.
"""

from __future__ import annotations

from collections.abc import Callable

Text = Callable[[int], str]
Body = Callable[[int], bytes]


def _query(text: Text) -> Body:
    return lambda size: b'{"query": "%s"}' % text(size).replace('"', '\\"').encode()


def _selecting(text: Text) -> Body:
    return _query(lambda size: f"{{ {text(size)} }}")


def _filtered(value: Text, name: str = "filter") -> Body:
    return _selecting(lambda n: f"offers(first: 1, {name}: {value(n)}) {{ edges {{ cursor }} }}")


def _with_values(value: Text) -> Body:
    query = "query($v: OfferFilter) { offers(first: 1, filter: $v) { edges { cursor } } }"
    return lambda size: f'{{"query": "{query}", "variables": {{"v": {value(size)}}}}}'.encode()


def _beside_a_query(name: str, value: Text) -> Body:
    return lambda size: f'{{"query": "{{ me {{ id }} }}", "{name}": {value(size)}}}'.encode()


def _around(before: str, inner: str, after: str) -> Text:
    return lambda size: before * size + inner + after * size


def _within(text: str, inner: Text) -> Text:
    """``inner`` where ``text`` has a ~."""
    return lambda size: text.replace("~", inner(size))


def _each(link: str, between: str = " ") -> Text:
    """``link`` so many times, its number for #."""
    return lambda size: between.join(link.replace("#", str(n)) for n in range(size))


def _fragments(size: int) -> str:
    chain = "".join(f" fragment f{n} on Query {{ ...f{n + 1} }}" for n in range(size))
    return f"{{ ...f0 }}{chain} fragment f{size} on Query {{ __typename }}"


def _unused_fragments(size: int) -> str:
    chain = "".join(f" fragment f{n} on Query {{ ...f{n - 1} }}" for n in range(size, 0, -1))
    return f"{{ __typename }}{chain} fragment f0 on Query {{ __typename }}"


def _circle(size: int) -> str:
    chain = "".join(f" fragment f{n} on Query {{ ...f{(n + 1) % size} }}" for n in range(size))
    return f"{{ ...f0 }}{chain}"


def _fields_through_fragments(size: int) -> str:
    chain = "".join(
        f" fragment f{n} on Place {{ offers {{ edges {{ node {{ place {{ ...f{n + 1} }} }} }} }} }}"
        for n in range(size)
    )
    last = f" fragment f{size} on Place {{ id }}"
    return f"{{ places {{ edges {{ node {{ ...f0 }} }} }} }}{chain}{last}"


def _inline_in_fragments(size: int) -> str:
    """Each of ten fragments holds its share, so that none of them is deep alone."""
    inner = _around("... { ", "~", " }")(size // 10)
    chain = "".join(
        f" fragment f{n} on Query {{ {inner.replace('~', f'...f{n + 1}')} }}" for n in range(10)
    )
    return f"{{ ...f0 }}{chain} fragment f10 on Query {{ __typename }}"


LISTS = _around("[", "", "]")
OBJECTS = _around("{a: ", "1", "}")
MIXED = _around("[{a: ", "1", "}]")
TYPES = _around("[", "Int", "]")
OFFERS = "offers { edges { node { place { "

DEEP: dict[str, Body] = {
    "fields": _selecting(_around("places { ", "id", " }")),
    "fields that exist": _selecting(_around(OFFERS, "id", " } } } }")),
    "selections never closed": _selecting(_around("places { ", "", "")),
    "inline fragments": _selecting(_around("... { ", "__typename", " }")),
    "inline fragments on a type": _selecting(_around("... on Query { ", "__typename", " }")),
    "inline fragments with a directive": _selecting(
        _around("... @include(if: true) { ", "__typename", " }")
    ),
    "fragments": _query(_fragments),
    "fragments that nothing spreads": _query(_unused_fragments),
    "a circle of fragments": _query(_circle),
    "fields through fragments": _query(_fields_through_fragments),
    "inline fragments in fragments": _query(_inline_in_fragments),
    "list literals": _filtered(LISTS),
    "list literals of tags": _filtered(_within("{tags: ~}", LISTS)),
    "list literals never closed": _filtered(_around("[", "", "")),
    "input objects": _filtered(OBJECTS),
    "input objects of a real field": _filtered(_around("{near: ", "1", "}")),
    "input objects in lists": _filtered(MIXED),
    "input objects for a number": _filtered(OBJECTS, "last"),
    "variables in lists": _query(
        _within("query($v: Int) { offers(first: ~) { edges { cursor } } }", _around("[", "$v", "]"))
    ),
    "literals of a directive": _selecting(_within("me @include(if: ~) { id }", LISTS)),
    "literals of an unknown directive": _selecting(_within("me @a(b: ~) { id }", MIXED)),
    "types of a variable": _query(_within("query($v: ~) { me { id } }", TYPES)),
    "types that are not null": _query(
        _within("query($v: ~) { me { id } }", _around("[", "Int!", "]!"))
    ),
    "types never closed": _query(_within("query($v: ~", _around("[", "", ""))),
    "defaults of a variable": _query(_within("query($v: [Int] = ~) { me { id } }", LISTS)),
    "default objects": _query(_within("query($v: OfferFilter = ~) { me { id } }", OBJECTS)),
    "introspection": _selecting(
        _within("__schema { types { ~ } }", _around("ofType { ", "name", " }"))
    ),
    "lists in variables": _with_values(LISTS),
    "tags in variables": _with_values(_within('{"tags": ~}', LISTS)),
    "objects in variables": _with_values(_around('{"near": ', "1", "}")),
    "variables that nothing uses": _beside_a_query("variables", _within('{"v": ~}', LISTS)),
    "extensions": _beside_a_query("extensions", _within('{"v": ~}', LISTS)),
    "a key that nobody knows": _beside_a_query("more", _around('[{"a": ', "1", "}]")),
    "bodies": lambda size: LISTS(size).encode(),
    "bodies never closed": lambda size: b'{"a":' * size,
    "type system": _query(_within("type A { a(b: ~): Int }", TYPES)),
}

LONG: dict[str, Body] = {
    "directives": _selecting(_within("me ~ { id }", _each("@skip(if: false)"))),
    "unknown directives": _selecting(_within("me ~ { id }", _each("@a"))),
    "variables": _query(_within("query(~) { me { id } }", _each("$v#: Int"))),
    "equal variables": _query(_within("query(~) { me { id } }", _each("$v: Int"))),
    "operations": _query(_each("query q# { me { id } }")),
    "fragments side by side": _query(_each("fragment f# on Query { me { id } }")),
    "arguments": _selecting(_within("me(~) { id }", _each("a: 1"))),
    "equal fields": _selecting(_each("me { id }")),
    "aliases": _selecting(_each("a#: me { id }")),
    "unknown fields": _selecting(_each("a#")),
    "spreads": _query(_within("{ ~ } fragment f on Query { me { id } }", _each("...f"))),
    "inline fragments side by side": _selecting(_each("... { __typename }")),
    "equal items of a list": _filtered(_within("{tags: [~]}", _each('"a"'))),
    "items of a list": _filtered(_within("{tags: [~]}", _each('"a#"'))),
    "fields of an object": _filtered(_within("{~}", _each("a#: 1"))),
    "equal fields of an object": _filtered(_within("{~}", _each("a: 1"))),
    "digits": _selecting(_within("offers(first: ~) { edges { cursor } }", _each("1", ""))),
    "digits of a fraction": _filtered(_within("{near: {latitude: 1.~}}", _each("1", ""))),
    "an exponent": _filtered(_within("{near: {latitude: 1e~}}", _each("9", ""))),
    "digits in variables": _with_values(_within('{"maxPrice": ~}', _each("1", ""))),
    "an exponent in variables": _with_values(_within('{"maxPrice": 1e~}', _each("9", ""))),
    "a name": _selecting(_each("a", "")),
    "a string": _filtered(_within('{text: "~"}', _each("a", ""))),
    "a block string": _filtered(_within('{text: """~"""}', _each("a"))),
    "comments": _query(_within("{ me { id } } ~", _each("# a", "\\n"))),
    "commas": _selecting(_within("me { id ~ }", _each(",", ""))),
    "keys in variables": _with_values(_within("{~}", _each('"k#": 1', ","))),
    "names of variables": _beside_a_query("variables", _within("{~}", _each('"k#": 1', ","))),
    "keys of a body": _beside_a_query("a", _within("1, ~", _each('"k#": 1', ","))),
}
