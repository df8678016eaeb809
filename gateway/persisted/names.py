"""How a request names a document.

::

    {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "ecf4…"}}}   Apollo's
    {"documentId": "sha256:ecf4…"}                                              GraphQL over HTTP
    {"doc_id": "…"}                                                             Relay's

The first is the SHA-256 of the text, unless it names a trusted document; the others are whatever
the tool that wrote the trusted documents chose. Only of a SHA-256 capitals make no other name.
"""

from __future__ import annotations

import hashlib
import re

from gateway.persisted.errors import HashMismatch, NameInvalid
from gateway.request.graphql_request import GraphQLRequest

_SHA256 = re.compile(r"[0-9a-f]{64}")
PREFIX = "sha256:"


def document_name(request: GraphQLRequest) -> str | None:
    """Return the name that a request gives its document. Raises NameInvalid, also for two names."""
    name = automatic_hash(request)
    if request.document_id is None:
        return name
    document_id = canonical(request.document_id)
    if name is not None and name != document_id:
        raise NameInvalid("`documentId` and `extensions.persistedQuery` name two documents.")
    return document_id


def automatic_hash(request: GraphQLRequest) -> str | None:
    """Return the hash of an automatic persisted query. Raises NameInvalid."""
    said = request.extensions.get("persistedQuery")
    if said is None:
        return None
    if not isinstance(said, dict) or not isinstance(said.get("sha256Hash"), str):
        raise NameInvalid("`extensions.persistedQuery` needs a `sha256Hash`.")
    version = said.get("version", 1)
    if version != 1 or isinstance(version, bool):  # true is 1, in Python
        raise NameInvalid("`extensions.persistedQuery.version` must be 1.")
    return canonical(said["sha256Hash"])


def canonical(name: str) -> str:
    """Return what a document is kept under that a client, or a file, calls ``name``."""
    name = name.removeprefix(PREFIX)
    return name.lower() if is_hash(name.lower()) else name


def check_hash(text: str, name: str) -> None:
    """Raise HashMismatch unless ``name`` is the SHA-256 of ``text``."""
    if name != hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest():
        raise HashMismatch


def is_hash(name: str) -> bool:
    """Tell whether a name can be a SHA-256 at all: nothing else is looked for in a store."""
    return _SHA256.fullmatch(name) is not None
