"""The file of trusted documents, as the tools of front ends write it.

::

    {"<id>": "query …", …}                                    relay-compiler, GraphQL Code Generator
    {"format": "apollo-persisted-query-manifest", "version": 1,
     "operations": [{"id": "<id>", "body": "query …", …}]}    Apollo

An id that comes twice must have the same text: of two, none is what its client means.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gateway.config.file_reader import FileReader, NotRead
from gateway.persisted.names import canonical
from shared.errors import ConfigurationError

SETTING = "PERSISTED__TRUSTED"


def load_trusted(path: Path) -> Mapping[str, str]:
    """Read texts by their ids. Raises ConfigurationError naming the setting and the fault."""
    return read_trusted(FileReader(path))


def read_trusted(reader: FileReader) -> Mapping[str, str]:
    """The same. The reader remembers what it read."""
    try:
        text = reader.read_now()
    except NotRead as error:
        raise ConfigurationError(f"{SETTING}: {error}") from None
    return parse_trusted(text)


def parse_trusted(written: str) -> Mapping[str, str]:
    """Return the texts of a file by their ids. Raises ConfigurationError as ``load_trusted``."""
    try:
        content = json.loads(written, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{SETTING}: is not JSON: {error}") from error
    documents: dict[str, str] = {}
    for name, text in _entries(content):
        if not isinstance(name, str) or not isinstance(text, str) or not text.strip():
            raise ConfigurationError(f"{SETTING}: {str(name)[:80]!r} has no text")
        if documents.setdefault(canonical(name), text) != text:
            raise ConfigurationError(f"{SETTING}: {name[:80]!r} has two texts")
    if not documents:
        raise ConfigurationError(f"{SETTING}: holds no documents")
    return documents


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of two equal keys JSON's readers take the last, in silence."""
    made: dict[str, Any] = {}
    for key, value in pairs:
        if made.setdefault(key, value) != value:
            raise ConfigurationError(f"{SETTING}: {key[:80]!r} comes twice")
    return made


def _entries(content: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(content, dict) and not isinstance(content.get("operations", ""), str):
        if not isinstance(content["operations"], list):
            raise ConfigurationError(f"{SETTING}: `operations` must be a list")
        for operation in content["operations"]:
            if not isinstance(operation, dict):
                raise ConfigurationError(f"{SETTING}: `operations` must be objects")
            yield operation.get("id"), operation.get("body")
    elif isinstance(content, dict):
        yield from content.items()
    else:
        raise ConfigurationError(f"{SETTING}: must be an object of texts by their ids")
