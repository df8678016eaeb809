"""What a request's own document gives to the documents of its fetches: literals and a name.

A plan is shared by all documents of one shape (``operation.shape``). Where their literals differ
the plan has placeholders, and the operation's name is in none of its documents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.operation.model import OperationKind
from gateway.planning.plan import EntityFetch, Fetch
from gateway.request.json_text import dumps

_PLACEHOLDER = re.compile(r"\$__literal([0-9]+)_")
_NOT_A_NAME = re.compile(r"[^_0-9A-Za-z]")


@dataclass(frozen=True, slots=True)
class ClientDocument:
    """``literals`` by the numbers of their placeholders, printed; the operation's ``name``."""

    literals: tuple[str, ...] = ()
    name: str | None = None

    def with_literals(self, document: str) -> str:
        """A fetch's document with this request's literals, which are exactly what was written.

        In one pass: a literal may be a string that looks like a placeholder.
        """
        return _PLACEHOLDER.sub(lambda found: self.literals[int(found[1])], document)

    def body_head(self, fetch: Fetch, document: str) -> bytes:
        """The body of a request for ``document`` up to the variables.

        Named after the client's operation, so that a subgraph's log tells where it came from.
        """
        if self.name is not None:
            subgraph = _NOT_A_NAME.sub("_", fetch.subgraph)
            name = f"{self.name}__{subgraph}__{fetch.id}"
            kind = OperationKind.QUERY if isinstance(fetch, EntityFetch) else fetch.kind
            # Documents of a plan are anonymous: they begin with their keyword, or have none.
            document = f"{kind.value} {name}{document.removeprefix(kind.value)}"
        return b'{"query":' + dumps(document)


PLAIN = ClientDocument()
