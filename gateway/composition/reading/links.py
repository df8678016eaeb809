"""Reads ``@link``: which specifications a schema uses and under which names.

Source: the link specification v1.0. A directive of a linked specification is written
``@<alias>__<name>``, unless it is imported (perhaps renamed) or bears the specification's own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    value_from_ast_untyped,
)

from gateway.composition.directives import available, by_name, directives, linked_alone, scalars
from gateway.composition.errors import CompositionError
from gateway.composition.model import Link, LinkUrl
from gateway.composition.reading.link_names import check_link_names, import_conflict
from gateway.composition.specification.federation import APOLLO, FEDERATION, LINK, NEWEST

_VERSION = re.compile(r"^v(\d+)\.(\d+)$")


@dataclass(frozen=True, slots=True)
class Names:
    """What a schema calls the directives and scalars of the specifications it links.

    ``canonical`` maps written directive names to the specification's; ``written`` the reverse;
    ``scalars`` the specification's scalars to their written names.
    """

    version: tuple[int, int]
    canonical: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    scalars: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()


class BadLink(Exception):
    """A ``@link`` that cannot be understood."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.error = CompositionError(code, message)


def read_names(document: DocumentNode) -> tuple[Names, list[CompositionError]]:
    """Return the names in force in a document, and what is wrong with its links."""
    links: list[Link] = []
    errors: list[CompositionError] = []
    for node in _link_nodes(document.definitions):
        try:
            links.append(_read(node))
        except BadLink as bad:
            errors.append(bad.error)
    errors += _repeated(links)
    errors += check_link_names(links)
    federation = next((link for link in links if link.url.identity == FEDERATION), None)
    version = (1, 0) if federation is None else (federation.url.major, federation.url.minor)
    errors += _unknown_versions(links)
    errors += _unknown_imports(federation, version)
    errors += _unsupported(links, federation)
    if errors:
        return Names(version), errors
    defined = {
        node.name.value
        for node in document.definitions
        if isinstance(node, DirectiveDefinitionNode)
    }
    return _names(version, federation, tuple(links), defined), []


def _link_nodes(definitions: Sequence[DefinitionNode]) -> Iterator[DirectiveNode]:
    schemas = [
        node
        for definition in definitions
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode)
        for node in definition.directives or ()
    ]
    name = next((_own_alias(node) for node in schemas if _own_alias(node)), "link")
    return (node for node in schemas if node.name.value == name)


def _own_alias(node: DirectiveNode) -> str | None:
    """The link specification may link itself under another name."""
    arguments = _arguments(node)
    if str(arguments.get("url", "")).startswith(LINK + "/"):
        return str(arguments.get("as") or node.name.value)
    return None


def _arguments(node: DirectiveNode) -> dict[str, object]:
    return {a.name.value: value_from_ast_untyped(a.value) for a in node.arguments or ()}


def _read(node: DirectiveNode) -> Link:
    arguments = _arguments(node)
    url = parse_link_url(str(arguments.get("url", "")))
    alias = arguments.get("as")
    imports: dict[str, str] = {}
    for item in arguments.get("import") or ():  # type: ignore[attr-defined]
        name, local = _import(item)
        conflict = import_conflict(imports, name, local)
        if conflict:
            raise BadLink("INVALID_LINK_DIRECTIVE_USAGE", conflict)
        imports[name] = local
    return Link(url, url.name if alias is None else str(alias), imports)


def _import(item: object) -> tuple[str, str]:
    if isinstance(item, str):
        return item, item
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        raise BadLink(
            "INVALID_LINK_DIRECTIVE_USAGE",
            f"Invalid sub-value {item!r} for @link(import:) argument: "
            'expected a string or an object of the form {name: "@x", as: "@y"}.',
        )
    name: str = item["name"]
    local = str(item.get("as", name))
    if name.startswith("@") != local.startswith("@"):
        raise BadLink(
            "INVALID_LINK_DIRECTIVE_USAGE",
            f'Invalid @link import renaming: "{name}" and "{local}" must both start with "@", '
            "or neither (a directive cannot become a type).",
        )
    return name, local


def parse_link_url(url: str) -> LinkUrl:
    """Take a specification's URL apart; raises BadLink with INVALID_LINK_IDENTIFIER."""
    identity, _, version = url.rstrip("/").rpartition("/")
    path = identity.partition("://")[2].partition("/")[2]
    if not path and not _VERSION.match(version):
        problem = f"Missing path in feature url '{url}'"
        raise BadLink("INVALID_LINK_IDENTIFIER", problem)
    match = _VERSION.match(version)
    if match is None:
        problem = f"Expected a version string (of the form v1.2), got {version}"
        raise BadLink("INVALID_LINK_IDENTIFIER", problem)
    name = identity.rsplit("/", 1)[-1]
    return LinkUrl(identity, name, int(match[1]), int(match[2]))


def _repeated(links: Sequence[Link]) -> Iterator[CompositionError]:
    seen: set[str] = set()
    for link in links:
        if link.url.identity in seen:
            yield CompositionError(
                "INVALID_LINK_DIRECTIVE_USAGE",
                f'Cannot link feature "{link.url.identity}" since it has already been linked.',
                hint="Keep one @link per specification and put all imports into it.",
            )
        seen.add(link.url.identity)


def _unknown_versions(links: Sequence[Link]) -> Iterator[CompositionError]:
    for link in links:
        version = (link.url.major, link.url.minor)
        written = f"v{link.url.major}.{link.url.minor}"
        if link.url.identity == FEDERATION and not (2, 0) <= version <= NEWEST:
            yield CompositionError(
                "UNKNOWN_FEDERATION_LINK_VERSION",
                f"Invalid version {written} for the federation feature in @link",
                hint=f"Versions v2.0 to v{NEWEST[0]}.{NEWEST[1]} are known.",
            )
        if link.url.identity == LINK and version != (1, 0):
            yield CompositionError(
                "UNKNOWN_LINK_VERSION",
                f"Schema uses unknown version {written} of the link specification",
                hint="Link v1.0.",
            )


def _unknown_imports(
    federation: Link | None, version: tuple[int, int]
) -> Iterator[CompositionError]:
    if federation is None:
        return
    known = {f"@{name}" for name in available(version)}
    known |= {name for name, since in scalars().items() if since <= version}
    for name in federation.imports:
        if name not in known:
            yield CompositionError(
                "INVALID_LINK_DIRECTIVE_USAGE",
                f'Cannot import unknown element "{name}" from federation '
                f"v{version[0]}.{version[1]}.",
                hint=_newer(name) or "Check the spelling.",
            )


def _unsupported(links: Sequence[Link], federation: Link | None) -> Iterator[CompositionError]:
    """Without federation these specifications are those of a supergraph."""
    for link in links:
        name = link.url.identity.removeprefix(APOLLO)
        if federation is None and name in available((1, 0)) and linked_alone(name):
            yield CompositionError(
                "INVALID_LINK_DIRECTIVE_USAGE",
                f'Please import "@{name}" from "{FEDERATION}" instead of linking '
                f'"{link.url.identity}".',
            )


def _newer(name: str) -> str | None:
    specified = by_name().get(name.removeprefix("@"))
    if specified is None:
        return None
    return f"It exists since v{specified.since[0]}.{specified.since[1]}: raise the version."


def _names(
    version: tuple[int, int],
    federation: Link | None,
    links: tuple[Link, ...],
    defined: set[str],
) -> Names:
    """A specification linked by itself (``@link(url: ".../tag/v0.3")``) wins over federation's."""
    written: dict[str, str] = {}
    for name in available(version):
        written[name] = name if federation is None else _local(federation, name)
    if federation is None:
        by_hand = {directive.name for directive in directives() if directive.defined_by_hand}
        written |= {name: name for name in defined & by_hand}
    for link in links:
        feature = link.url.identity.removeprefix(APOLLO)
        for name in linked_alone(feature):
            written[name] = _local(link, name)
    local_scalars = {
        name: federation.imports.get(name, f"{federation.alias}__{name}")
        if federation is not None
        else f"federation__{name}"
        for name in scalars()
    }
    canonical = {local: name for name, local in written.items()}
    return Names(version, canonical, written, local_scalars, links)


def _local(link: Link, name: str) -> str:
    imported = link.imports.get(f"@{name}")
    if imported is not None:
        return imported.removeprefix("@")
    return link.alias if name == link.url.name else f"{link.alias}__{name}"
