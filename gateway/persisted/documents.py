"""From what a request carries, a text or a name, to the text that is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.persisted.errors import (
    NotTrusted,
    PersistedQueryNotFound,
    PersistedQueryNotSupported,
)
from gateway.persisted.names import (
    automatic_hash,
    canonical,
    check_hash,
    document_name,
    is_hash,
)
from gateway.persisted.store import DocumentStore
from gateway.persisted.trusted_file import TrustedFile
from gateway.request.caller import Caller
from gateway.request.graphql_request import GraphQLRequest

_NONE: Mapping[str, str] = MappingProxyType({})


def _nobody(_caller: Caller) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class PersistedDocuments:
    """Texts by name, and who may send texts at all.

    ``store`` keeps automatic persisted queries (None: not supported). ``only_trusted``: nothing but
    what ``file`` holds is answered, and nothing stored, except to callers who ``may_explore``;
    their documents are never kept, so that nobody else can run them by name.
    """

    store: DocumentStore | None = None
    file: TrustedFile | None = None
    only_trusted: bool = False
    may_explore: Callable[[Caller], bool] = _nobody

    @property
    def trusted(self) -> Mapping[str, str]:
        """The trusted documents in force, by their names."""
        return _NONE if self.file is None else self.file.texts

    async def text(self, request: GraphQLRequest, caller: Caller) -> str:
        """Return the text to run. Raises OperationRefused."""
        text = request.query
        if text is None:
            return await self._by_name(request)
        if self.only_trusted and not self.may_explore(caller):
            raise NotTrusted
        self._check_names(request, text)
        return text

    def _check_names(self, request: GraphQLRequest, text: str) -> None:
        """Raise HashMismatch where a text comes with the name of another.

        What stands before us may look at the name only: it must not let through what we then run.
        """
        if request.extensions and (name := automatic_hash(request)) is not None:
            check_hash(text, name)
        if request.document_id is not None:
            name = canonical(request.document_id)
            if self.trusted.get(name) != text:
                check_hash(text, name)

    async def remember(self, request: GraphQLRequest) -> None:
        """Keep the text of a request that also names it. Only valid documents come this far."""
        if request.query is None or not request.extensions or self.only_trusted:
            return
        name = automatic_hash(request)
        if name is not None and self.store is not None:
            await self.store.put(name, request.query)

    async def _by_name(self, request: GraphQLRequest) -> str:
        name = document_name(request)
        text = self.trusted.get(name) if name is not None else None
        if text is not None:
            return text
        store = None if self.only_trusted else self.store
        if store is None and not self.trusted:
            raise PersistedQueryNotSupported
        if store is not None and name is not None and is_hash(name):
            text = await store.get(name)
        if text is None:
            raise PersistedQueryNotFound
        return text

    async def close(self) -> None:
        """Let go of the store's connections."""
        if self.store is not None:
            await self.store.close()
