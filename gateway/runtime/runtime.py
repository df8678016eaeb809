"""What answers operations of one supergraph, and the reference through which it is swapped.

``SupergraphRuntime`` never changes but for its memories; ``ActiveRuntime.current`` points at the
one that new HTTP requests take. Requests in flight keep the runtime they began with.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from gateway.execution import ClientDocument, compile_plan
from gateway.introspection.introspect import IntrospectionCache
from gateway.operation.cache import BoundedCache
from gateway.operation.errors import OperationRefused, PreparationFailed
from gateway.operation.literal_types import LiteralCheck
from gateway.operation.shape import Shape, shape_of
from gateway.planning.plan import Plan
from gateway.preparation import (
    PlanOutcome,
    PreparationCore,
    PreparationProcess,
    PreparedParts,
    SharedWork,
)
from gateway.preparation.jobs import Job, PlanJob, PrepareJob
from gateway.preparation.process import NotReady
from gateway.projection import compile_projection
from gateway.request.context import RequestContext
from gateway.runtime.policy import RuntimePolicy
from gateway.runtime.prepared import PlannedOperation, PreparedDocument, PreparedOperation
from gateway.security.authorization import Standing, denials, standing_of
from gateway.subgraphs.protocol import Subgraph
from gateway.supergraph import Supergraph
from gateway.supergraph.requirements import fields_required_with_arguments

DocumentKey = tuple[str, str | None]
"""Document and operation name."""


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
        self.core = PreparationCore(
            supergraph, policy.limits, hide_suggestions=policy.hide_suggestions
        )
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
        self._process = process
        self._literals = LiteralCheck(supergraph.api_schema)
        self._kept_fields = fields_required_with_arguments(supergraph)
        self._under_way: SharedWork[Any] = SharedWork()
        self._alone = asyncio.Lock()

    async def prepare(
        self, text: str, operation_name: str | None, context: RequestContext
    ) -> PreparedDocument:
        """Return what is kept of the document, or prepare it. Raises OperationRefused.

        One that was refused before is refused again without a look.
        """
        key = (text, operation_name)
        known = self.documents.get(key)
        if known is not None:
            return known
        refused = self.rejected.get(key)
        if refused is not None:
            raise refused.with_traceback(None)
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
            values = shape.values()
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
                raise found.with_traceback(None)
            return found, True
        if isinstance(found, PreparedOperation) and self._literals.fits(
            shape.literals, found.compiled.literal_types
        ):
            return found, True
        return await self._prepare_alone(key, context), False

    async def _attempt(
        self, key: DocumentKey, shape: Shape, labels: frozenset[str], context: RequestContext
    ) -> tuple[str, PreparedOperation | OperationRefused]:
        """Prepare the first document of a shape; a refusal is a result, told with its text."""
        try:
            operation = await self._prepare(key, shape.positions, labels, context)
        except OperationRefused as refusal:
            return key[0], refusal
        if not shape.key_has_secrets:
            shared = (shape.key, None if shape.is_single else key[1])
            self.operations.put(shared, operation, len(shape.key))
        return key[0], operation

    async def _prepare_alone(self, key: DocumentKey, context: RequestContext) -> PreparedOperation:
        """Prepare a document that shares nothing."""
        labels = self._labels(context)
        prepared: PreparedOperation = await self._share(
            ("prepare alone", key, labels),
            lambda: self._prepare(key, {}, labels, context),
            context,
        )
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
                lambda: self._plan(prepared, standing, labels, context),
                context,
            )
        if isinstance(known, OperationRefused):
            raise known.with_traceback(None)
        return known

    async def wait_for_process(self, deadline: float) -> None:
        """Wait until new documents are prepared apart, if they are to be, or it is too late."""
        if self._process is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(deadline):
                    await self._process.wait_for(self.generation)

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
            raise refusal.with_traceback(None) from None  # it is raised to all that wait

    async def _prepare(
        self,
        key: DocumentKey,
        positions: Mapping[int, int],
        labels: frozenset[str],
        context: RequestContext,
    ) -> PreparedOperation:
        """Have a document read, and planned if its plan is the same for every caller."""
        text, operation_name = key
        job = PrepareJob(
            self.generation,
            text,
            operation_name,
            labels,
            positions,
            plans=self._process is not None,
        )
        try:
            with self.policy.spans.span("prepare"):
                parts: PreparedParts = await self._do(job, context)
            compiled = self.core.compiler.link(parts.read)
        except PreparationFailed:
            raise
        except OperationRefused as error:
            if not ("mutation" in text and '"' in text):  # a password may have been typed there
                error.__context__ = None  # it holds on to the document
                self.rejected.put(key, error, len(text))
            raise
        plans = self.policy.cache_sizes.plans_per_operation
        prepared = PreparedOperation(compiled, parts.protection, BoundedCache(plans), len(text))
        if parts.outcome is not None:
            with self.policy.spans.span("plan"):
                self._keep(prepared, parts.outcome, Standing(), labels)
        return prepared

    async def _plan(
        self,
        prepared: PreparedOperation,
        standing: Standing,
        labels: frozenset[str],
        context: RequestContext,
    ) -> PlannedOperation | OperationRefused:
        job = PlanJob(
            self.generation,
            prepared.compiled.operation,
            prepared.protection,
            standing,
            labels,
            prepared.size,
        )
        with self.policy.spans.span("plan"):
            outcome: PlanOutcome = await self._do(job, context)
        return self._keep(prepared, outcome, standing, labels)

    async def _do(self, job: Job, context: RequestContext) -> Any:
        """Have a job done in the process, or without it while it is not ready."""
        if self._process is not None:
            try:
                return await self._process.run(job, context.client)
            except NotReady:
                # Two threads would share one interpreter, and take it from the loop.
                async with self._alone:
                    return await asyncio.to_thread(job.run, self.core)
        return job.run(self.core)

    def _keep(
        self,
        prepared: PreparedOperation,
        outcome: PlanOutcome,
        standing: Standing,
        labels: frozenset[str],
    ) -> PlannedOperation | OperationRefused:
        """Compile a plan for execution, and keep it; a refusal too: trying is costly."""
        kept: PlannedOperation | OperationRefused
        if isinstance(outcome, OperationRefused):
            kept = outcome
        else:
            kept = self._compiled(prepared, outcome, standing)
        prepared.plans.put((standing, labels), kept)
        return kept

    def _compiled(
        self, prepared: PreparedOperation, plan: Plan, standing: Standing
    ) -> PlannedOperation:
        operation = prepared.compiled.operation
        denied = denials(prepared.protection, standing)
        if denied or not all(self.policy.passes_through(f.subgraph) for f in plan.fetches):
            plan = replace(plan, passthrough=False)
        schema = self.supergraph.api_schema
        return PlannedOperation(
            plan,
            compile_plan(plan),
            compile_projection(operation, schema, plan.typename_key, denied),
        )


@dataclass(slots=True)
class ActiveRuntime:
    """The one reference to the runtime in force. None: no supergraph was ever loaded."""

    current: SupergraphRuntime | None = None
