"""Makes the supergraph of a failure small: drops parts of its SDLs for as long as it fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from graphql import DirectiveNode, SchemaExtensionNode, parse, print_ast

Sdls = Mapping[str, str]
FailsWith = Callable[[Sdls], Awaitable[bool]]


async def shrink_sdls(sdls: Sdls, fails: FailsWith, *, attempts: int = 300) -> Sdls:
    """Return smaller SDLs that still ``fails``, after at most ``attempts`` tries."""
    current, skipped = dict(sdls), 0
    while attempts > 0:
        for number, candidate in enumerate(_smaller(current)):
            if number < skipped:
                continue
            attempts -= 1
            if await fails(candidate):
                current, skipped = candidate, number
                break
            if attempts <= 0:
                return current
        else:
            if skipped == 0:
                return current
            skipped = 0  # what could not go before may go now
    return current


def _smaller(sdls: Sdls) -> Iterator[dict[str, str]]:
    """All sets that are one step smaller, the biggest steps first."""
    for name in sdls:
        yield {other: text for other, text in sdls.items() if other != name}
    for name, text in sdls.items():
        for smaller in _smaller_sdl(text):
            yield {**sdls, name: smaller}


def _smaller_sdl(text: str) -> Iterator[str]:
    definitions = list(parse(text).definitions)
    for index, node in enumerate(definitions):
        if isinstance(node, SchemaExtensionNode):
            continue
        rest = definitions[:index], definitions[index + 1 :]
        yield _print([*rest[0], *rest[1]])
        for smaller in _smaller_definition(node):
            yield _print([*rest[0], smaller, *rest[1]])


def _smaller_definition(node: Any) -> Iterator[Any]:
    for attribute in ("fields", "types", "values", "interfaces", "directives"):
        parts = tuple(getattr(node, attribute, None) or ())
        for index, part in enumerate(parts):
            if len(parts) > 1 or attribute in ("interfaces", "directives"):
                yield _changed(node, **{attribute: parts[:index] + parts[index + 1 :]})
            if attribute == "fields":
                for smaller in _smaller_field(part):
                    yield _changed(node, fields=(*parts[:index], smaller, *parts[index + 1 :]))


def _smaller_field(node: Any) -> Iterator[Any]:
    directives: tuple[DirectiveNode, ...] = tuple(node.directives or ())
    for index in range(len(directives)):
        yield _changed(node, directives=directives[:index] + directives[index + 1 :])
    if getattr(node, "arguments", None):
        yield _changed(node, arguments=())


def _changed(node: Any, **changes: Any) -> Any:
    values = {key: getattr(node, key) for key in node.keys if key != "loc"}
    return type(node)(**{**values, **changes})


def _print(definitions: list[Any]) -> str:
    return "\n".join(print_ast(node) for node in definitions) + "\n"
