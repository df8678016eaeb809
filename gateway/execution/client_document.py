"""What a request's own document gives to the documents of its fetches: literals and a name.

A plan is shared by all documents of one shape (``operation.shape``). Where their literals differ
the plan has placeholders, and the operation's name is in none of its documents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gateway.operation.model import OperationKind
from gateway.planning.plan import EntityFetch, Fetch
from gateway.request.json_text import dumps

_PLACEHOLDER = re.compile(r"\$__literal([0-9]+)_")
_MOST_WRITTEN = 64
_NOT_A_NAME = re.compile(r"[^_0-9A-Za-z]")


@dataclass(frozen=True, slots=True)
class ClientDocument:
    """``literals`` by the numbers of their placeholders, printed; the operation's ``name``."""

    literals: tuple[str, ...] = ()
    name: str | None = None
    _written: dict[int, tuple[Fetch, str, bytes]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def written(self, fetch: Fetch) -> tuple[str, bytes]:
        """The document of a fetch with this request's literals, and the body up to the variables.

        Kept, since what a client sends once it mostly sends again: by the fetch's identity, as long
        as the fetch, and with it its plan, is in use.
        """
        known = self._written.get(id(fetch))
        if known is not None and known[0] is fetch:
            return known[1], known[2]
        document = fetch.document
        if fetch.has_literals:
            document = self.with_literals(document)
        head = self.body_head(fetch, document)
        if len(self._written) >= _MOST_WRITTEN:
            self._written.clear()
        self._written[id(fetch)] = (fetch, document, head)
        return document, head

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
