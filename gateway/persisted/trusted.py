"""The file of trusted documents, as the tools of front ends write it.

::

    {"<id>": "query …", …}                                    relay-compiler, GraphQL Code Generator
    {"format": "apollo-persisted-query-manifest", "version": 1,
     "operations": [{"id": "<id>", "body": "query …", …}]}    Apollo
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from gateway.persisted.names import PREFIX
from shared.errors import ConfigurationError

SETTING = "PERSISTED__TRUSTED"


def load_trusted(path: Path) -> Mapping[str, str]:
    """Read texts by their ids. Raises ConfigurationError naming the setting and the fault."""
    try:
        content = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"{SETTING}: cannot be read: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise ConfigurationError(f"{SETTING}: is not JSON: {error}") from error
    documents: dict[str, str] = {}
    for name, text in _entries(content):
        if not isinstance(name, str) or not isinstance(text, str) or not text.strip():
            raise ConfigurationError(f"{SETTING}: {str(name)[:80]!r} has no text")
        documents[name.removeprefix(PREFIX)] = text
    if not documents:
        raise ConfigurationError(f"{SETTING}: holds no documents")
    return documents


def _entries(content: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(content, dict) and isinstance(content.get("operations"), list):
        for operation in content["operations"]:
            if not isinstance(operation, dict):
                raise ConfigurationError(f"{SETTING}: `operations` must be objects")
            yield operation.get("id"), operation.get("body")
    elif isinstance(content, dict):
        yield from content.items()
    else:
        raise ConfigurationError(f"{SETTING}: must be an object of texts by their ids")
