"""What answers operations of one supergraph, and the reference through which it is swapped.

``SupergraphRuntime`` never changes but for its memories; ``ActiveRuntime.current`` points at the
one that new HTTP requests take. Requests in flight keep the runtime they began with.
"""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from gateway.execution import ClientDocument
from gateway.introspection.introspect import IntrospectionCache
from gateway.operation.cache import BoundedCache
from gateway.operation.errors import OperationRefused, PreparationFailed
from gateway.operation.literal_types import LiteralCheck
from gateway.operation.shape import Shape, shape_of
from gateway.preparation import PreparationProcess, SharedWork
from gateway.request.context import RequestContext
from gateway.request.large_answers import LargeAnswers
from gateway.runtime.policy import RuntimePolicy
from gateway.runtime.prepared import PlannedOperation, PreparedDocument, PreparedOperation
from gateway.runtime.preparing import DocumentKey, Preparing
from gateway.security.authorization import standing_of
from gateway.subgraphs.protocol import Subgraph
from gateway.supergraph import Supergraph
from gateway.supergraph.requirements import fields_required_with_arguments


class SupergraphRuntime:
    """Model, API schema and prepared operations of one supergraph.

    ``process``: where new documents are prepared; None: on the spot.
    """

    def __init__(
        self,
        supergraph: Supergraph,
        subgraphs: Subgraph,
        policy: RuntimePolicy,
        generation: int = 0,
        process: PreparationProcess | None = None,
    ) -> None:
        sizes = policy.cache_sizes
        self.supergraph = supergraph
        self.subgraphs = subgraphs
        self.policy = policy
        self.generation = generation
        self.documents: BoundedCache[DocumentKey, PreparedDocument] = BoundedCache(
            sizes.operations, sizes.bytes
        )
        self.operations: BoundedCache[DocumentKey, PreparedOperation] = BoundedCache(
            sizes.operations, sizes.bytes
        )
        self.introspections: IntrospectionCache = BoundedCache(sizes.introspections)
        # Apart from what is good: junk must not push out the plans of real clients.
        self.rejected: BoundedCache[DocumentKey, OperationRefused] = BoundedCache(
            sizes.rejected, sizes.bytes // 10
        )
        self._preparing = Preparing(supergraph, policy, generation, process)
        self._literals = LiteralCheck(supergraph.api_schema)
        self._kept_fields = fields_required_with_arguments(supergraph)
        self._under_way: SharedWork[Any] = SharedWork()
        self.large_answers = LargeAnswers()

    def known(self, text: str, operation_name: str | None) -> PreparedDocument | None:
        """Return what is kept of the document, if anything is."""
        return self.documents.get((text, operation_name))

    async def prepare(
        self, text: str, operation_name: str | None, context: RequestContext
    ) -> PreparedDocument:
        """Return what is kept of the document, or prepare it. Raises OperationRefused.

        One that was refused before is refused again without a look.
        """
        key = (text, operation_name)
        known = self.known(text, operation_name)
        if known is not None:
            return known
        refused = self.rejected.get(key)
        if refused is not None:
            raise refused.anew()
        limits = self.policy.limits
        shape = shape_of(text, limits.tokens, self._kept_fields, limits.slicing_arguments)
        if shape is None or (shape.is_single and operation_name not in (None, shape.name)):
            operation = await self._prepare_alone(key, context)
            client = ClientDocument(name=operation.compiled.operation.name)
            values: dict[str, Any] = {}
            is_secret = not operation.compiled.keep
        else:
            operation, is_open = await self._prepare_shape(key, shape, context)
            name = shape.name if shape.is_single else operation_name
            client = ClientDocument(shape.literals if is_open else (), name)
            values = await self._preparing.held_briefly(len(text), shape.values)
            is_secret = shape.has_secrets
        digest = None if is_secret else hashlib.sha256(text.encode()).hexdigest()
        document = PreparedDocument(operation, client, values, digest)
        if not is_secret:
            self.documents.put(key, document, len(text))
        return document

    async def _prepare_shape(
        self, key: DocumentKey, shape: Shape, context: RequestContext
    ) -> tuple[PreparedOperation, bool]:
        """Return the operation of a shape, and whether this document's literals are open in it.

        Another document of the shape may have been prepared, or be under way. If that one was
        refused, or this one's literals do not fit, this one is judged by itself.
        """
        text, operation_name = key
        shared = (shape.key, None if shape.is_single else operation_name)
        found: PreparedOperation | OperationRefused | None = self.operations.get(shared)
        prepared_text = None
        if found is None:
            labels = self._labels(context)
            prepared_text, found = await self._share(
                ("prepare", shared, labels),
                lambda: self._attempt(key, shape, labels, context),
                context,
            )
        if prepared_text == text:
            if isinstance(found, OperationRefused):
                raise found.anew()
            return found, True
        if isinstance(found, PreparedOperation):
            types = found.compiled.literal_types
            check = partial(self._literals.fits, shape.literals, types)
            if await self._preparing.held_briefly(len(text), check):
                return found, True
        return await self._prepare_alone(key, context), False

    async def _attempt(
        self, key: DocumentKey, shape: Shape, labels: frozenset[str], context: RequestContext
    ) -> tuple[str, PreparedOperation | OperationRefused]:
        """Prepare the first document of a shape; a refusal is a result, told with its text."""
        try:
            operation = await self._preparing.prepare(key, shape.positions, labels, context.client)
        except OperationRefused as refusal:
            self._reject(key, refusal)
            return key[0], refusal
        if not shape.key_has_secrets:
            shared = (shape.key, None if shape.is_single else key[1])
            self.operations.put(shared, operation, len(shape.key))
        return key[0], operation

    async def _prepare_alone(self, key: DocumentKey, context: RequestContext) -> PreparedOperation:
        """Prepare a document that shares nothing."""
        labels = self._labels(context)
        try:
            prepared: PreparedOperation = await self._share(
                ("prepare alone", key, labels),
                lambda: self._preparing.prepare(key, {}, labels, context.client),
                context,
            )
        except OperationRefused as refusal:
            self._reject(key, refusal)
            raise
        return prepared

    async def plan(self, document: PreparedDocument, context: RequestContext) -> PlannedOperation:
        """Return the plan for this caller and labels, made at most once while it is kept.

        Raises OperationRefused where there is none.
        """
        prepared = document.operation
        standing = standing_of(context.caller, prepared.protection, self.policy.authorization)
        labels = self._labels(context)
        known = prepared.plans.get((standing, labels))
        if known is None:
            known = await self._share(
                ("plan", id(prepared), standing, labels),
                lambda: self._preparing.plan(prepared, standing, labels, context.client),
                context,
            )
        if isinstance(known, OperationRefused):
            raise known.anew()
        return known

    def known_plan(
        self, document: PreparedDocument, context: RequestContext
    ) -> PlannedOperation | None:
        """Return the plan if one is kept, and not a refusal in its place."""
        prepared = document.operation
        standing = standing_of(context.caller, prepared.protection, self.policy.authorization)
        known = prepared.plans.get((standing, self._labels(context)))
        return None if isinstance(known, OperationRefused) else known

    async def wait_for_process(self, deadline: float) -> None:
        """Wait until new documents are prepared apart, if they are to be, or it is too late."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(deadline):
                await self._preparing.wait_for_process()

    def _labels(self, context: RequestContext) -> frozenset[str]:
        return context.labels & self.supergraph.labels if context.labels else context.labels

    async def _share(self, key: Any, work: Any, context: RequestContext) -> Any:
        """Do ``work`` once for all that ask for it now, each until its own deadline."""
        try:
            async with asyncio.timeout_at(context.deadline):
                return await self._under_way.do(key, work)
        except TimeoutError:
            message = "Preparing this operation took too long. Try again."
            raise PreparationFailed(message, code="TIMEOUT") from None
        except OperationRefused as refusal:
            raise refusal.anew() from None  # to each that waits

    def _reject(self, key: DocumentKey, refusal: OperationRefused) -> None:
        """Remember a refusal, but not what nobody can help, nor where a password may stand."""
        text, name = key
        if isinstance(refusal, PreparationFailed) or ("mutation" in text and '"' in text):
            return
        self.rejected.put(key, refusal.anew(), len(text) + len(name or ""))


@dataclass(slots=True)
class ActiveRuntime:
    """The one reference to the runtime in force. None: no supergraph was ever loaded."""

    current: SupergraphRuntime | None = None
