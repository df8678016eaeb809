"""Which features a supergraph uses (``@link``/``@core`` on its schema) and under which names.

The core specification: a feature linked ``for: EXECUTION`` or ``for: SECURITY`` that a reader
does not know must not be ignored; any other unknown feature may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import DocumentNode, SchemaDefinitionNode, SchemaExtensionNode

from gateway.supergraph.directives import Value, applied, text
from gateway.supergraph.errors import SupergraphInvalid

# Feature → versions this gateway reads. The join versions differ in what they can say, not in
# what it means: see ``join.py``.
KNOWN_FEATURES: Mapping[str, frozenset[str]] = {
    "link": frozenset({"v1.0"}),
    "core": frozenset({"v0.1", "v0.2"}),
    "join": frozenset({"v0.1", "v0.2", "v0.3", "v0.4", "v0.5"}),
    "inaccessible": frozenset({"v0.1", "v0.2"}),
    "tag": frozenset({"v0.1", "v0.2", "v0.3"}),
    "authenticated": frozenset({"v0.1"}),
    "requiresScopes": frozenset({"v0.1"}),
    "policy": frozenset({"v0.1"}),
    "context": frozenset({"v0.1"}),
    "cost": frozenset({"v0.1"}),
}

_FEATURE_URL = re.compile(r"^https?://specs\.apollo\.dev/(?P<name>\w+)/(?P<version>v\d+\.\d+)/?$")
_MUST_UNDERSTAND = frozenset({"EXECUTION", "SECURITY"})


@dataclass(frozen=True, slots=True)
class Features:
    """The linked features: identity → prefix in this document, and imported names."""

    join_version: str
    prefixes: Mapping[str, str]
    imports: Mapping[str, str]

    def directive(self, feature: str, name: str | None = None) -> str:
        """The name that ``@feature`` (or ``@feature__name``) has in this document."""
        imported = self.imports.get(f"@{name or feature}")
        if imported is not None:
            return imported
        prefix = self.prefixes.get(feature, feature)
        return prefix if name is None else f"{prefix}__{name}"

    def owns_directive(self, name: str) -> bool:
        """Whether a directive belongs to a linked feature, not to the API."""
        return name in self.prefixes.values() or self._prefixed(name) or self._imported("@", name)

    def owns_type(self, name: str) -> bool:
        """Whether a type belongs to a linked feature, not to the API."""
        return self._prefixed(name) or self._imported("", name)

    def _prefixed(self, name: str) -> bool:
        prefix, separator, _ = name.partition("__")
        return separator != "" and prefix in self.prefixes.values()

    def _imported(self, sigil: str, name: str) -> bool:
        return any(
            local == name and canonical.startswith("@") == (sigil == "@")
            for canonical, local in self.imports.items()
        )


def read_features(document: DocumentNode) -> Features:
    """Read the schema's links; refuse what must be understood and is not."""
    prefixes = {"link": "link", "core": "core", "federation": "federation"}
    imports: dict[str, str] = {}
    join_version: str | None = None
    for link in _links(document):
        url = text(link, "url") or text(link, "feature") or ""
        match = _FEATURE_URL.match(url)
        name = match["name"] if match else url.rstrip("/").rsplit("/", 1)[-1]
        version = match["version"] if match else ""
        _refuse_unknown(name if match else None, version, url, text(link, "for"))
        prefixes[name if match else url] = text(link, "as") or name
        imports.update(_imports(link))
        if match and name == "join":
            join_version = version
    if join_version is None:
        raise SupergraphInvalid(
            "SUPERGRAPH_NOT_JOINED",
            "This is not a supergraph: its schema links no join specification "
            '(@link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)). '
            "Compose the subgraphs first.",
        )
    return Features(join_version, prefixes, imports)


def _refuse_unknown(name: str | None, version: str, url: str, purpose: str | None) -> None:
    """Raise SupergraphInvalid for a link that must be understood and is not.

    Others may be ignored: whoever wrote ``purpose`` says so by leaving it out.
    """
    known = KNOWN_FEATURES.get(name or "")
    if known is not None and version in known:
        return
    if name == "join":
        raise SupergraphInvalid(
            "UNSUPPORTED_JOIN_VERSION",
            f"join {version} is not supported; this gateway reads "
            f"{', '.join(sorted(KNOWN_FEATURES['join']))}.",
        )
    if purpose in _MUST_UNDERSTAND:
        raise SupergraphInvalid(
            "UNSUPPORTED_FEATURE",
            f"The supergraph links {url} for {purpose}, which this gateway does not know: "
            "serving it could give wrong or unprotected answers.",
        )


def _links(document: DocumentNode) -> Iterator[Mapping[str, Value]]:
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            yield from applied(definition, "link")
            yield from applied(definition, "core")


def _imports(link: Mapping[str, Value]) -> dict[str, str]:
    """``import: ["@key", {name: "@tag", as: "@label"}]`` → name → name here (without "@")."""
    found: dict[str, str] = {}
    items = link.get("import")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, str):
            found[item] = item.removeprefix("@")
        elif isinstance(item, dict) and (name := text(item, "name")):
            found[name] = (text(item, "as") or name).removeprefix("@")
    return found
