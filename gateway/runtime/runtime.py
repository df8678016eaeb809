"""What answers operations of one supergraph, and the reference through which it is swapped.

``SupergraphRuntime`` never changes but for its memories; ``ActiveRuntime.current`` points at the
one that new HTTP requests take. Requests in flight keep the runtime they began with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gateway.execution import compile_plan
from gateway.introspection.introspect import IntrospectionCache
from gateway.operation.cache import BoundedCache
from gateway.operation.compiler import CompiledOperation, OperationCompiler
from gateway.operation.errors import OperationRefused
from gateway.planning import plan_operation
from gateway.planning.errors import PlanningFailed
from gateway.projection import compile_projection
from gateway.request.caller import Caller
from gateway.runtime.policy import RuntimePolicy
from gateway.runtime.prepared import PlannedOperation, PreparedOperation
from gateway.security.authorization import Standing, denials, denied_fields, standing_of
from gateway.security.requirements import protection_of
from gateway.subgraphs.protocol import Subgraph
from gateway.supergraph import Supergraph

OperationKey = tuple[str, str | None]
"""Document and operation name."""


class SupergraphRuntime:
    """Model, API schema and prepared operations of one supergraph."""

    def __init__(
        self,
        supergraph: Supergraph,
        subgraphs: Subgraph,
        policy: RuntimePolicy,
        generation: int = 0,
    ) -> None:
        sizes = policy.cache_sizes
        self.supergraph = supergraph
        self.subgraphs = subgraphs
        self.policy = policy
        self.generation = generation
        self.compiler = OperationCompiler(
            supergraph.api_schema,
            policy.limits,
            supergraph.costs,
            hide_suggestions=policy.hide_suggestions,
        )
        self.operations: BoundedCache[OperationKey, PreparedOperation] = BoundedCache(
            sizes.operations, sizes.bytes
        )
        self.introspections: IntrospectionCache = BoundedCache(sizes.introspections)
        # Apart from what is good: junk must not push out the plans of real clients.
        self.rejected: BoundedCache[OperationKey, OperationRefused] = BoundedCache(
            sizes.rejected, sizes.bytes // 10
        )

    def prepare(self, text: str, operation_name: str | None) -> PreparedOperation:
        """Return what is kept of the document, or compile it. Raises OperationRefused."""
        key = (text, operation_name)
        known = self.operations.get(key)
        if known is not None:
            return known
        compiled = self._compile(key)
        protection = protection_of(compiled.operation, self.supergraph)
        plans = self.policy.cache_sizes.plans_per_operation
        prepared = PreparedOperation(compiled, protection, BoundedCache(plans))
        if compiled.keep:
            self.operations.put(key, prepared, len(text))
        return prepared

    def plan(
        self, prepared: PreparedOperation, caller: Caller, labels: frozenset[str]
    ) -> PlannedOperation:
        """Return the plan for this caller and labels, made at most once while it is kept.

        Raises OperationRefused where there is none.
        """
        standing = standing_of(caller, prepared.protection, self.policy.authorization)
        key = (standing, labels & self.supergraph.labels if labels else labels)
        known = prepared.plans.get(key)
        if known is None:
            with self.policy.spans.span("plan"):
                known = self._plan(prepared, *key)
            prepared.plans.put(key, known)
        if isinstance(known, OperationRefused):
            raise known.with_traceback(None)
        return known

    def _compile(self, key: OperationKey) -> CompiledOperation:
        """Compile a document; one that was refused before is refused again without a look."""
        refused = self.rejected.get(key)
        if refused is not None:
            raise refused.with_traceback(None)
        text, operation_name = key
        try:
            with self.policy.spans.span("prepare"):
                return self.compiler.compile(text, operation_name)
        except OperationRefused as error:
            if not ("mutation" in text and '"' in text):  # a password may have been typed there
                error.__context__ = None  # it holds on to the document
                self.rejected.put(key, error, len(text))
            raise

    def _plan(
        self, prepared: PreparedOperation, standing: Standing, labels: frozenset[str]
    ) -> PlannedOperation | OperationRefused:
        """Make a plan, or what is answered because there is none; either is kept.

        A subgraph's bytes may pass through only if nothing is denied: a denied field has to become
        a null and an error in them.
        """
        operation = prepared.compiled.operation
        denied = denials(prepared.protection, standing)
        try:
            plan = plan_operation(
                self.supergraph, operation, labels=labels, denied=denied_fields(denied)
            )
        except PlanningFailed as error:
            return OperationRefused(str(error), code=error.code)
        if denied or not all(self.policy.passes_through(f.subgraph) for f in plan.fetches):
            plan = replace(plan, passthrough=False)
        schema = self.supergraph.api_schema
        return PlannedOperation(
            plan,
            compile_plan(plan, operation.name),
            compile_projection(operation, schema, plan.typename_key, denied),
        )


@dataclass(slots=True)
class ActiveRuntime:
    """The one reference to the runtime in force. None: no supergraph was ever loaded."""

    current: SupergraphRuntime | None = None
