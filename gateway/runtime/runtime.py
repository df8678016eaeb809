"""What answers operations of one supergraph, and the reference through which it is swapped.

``SupergraphRuntime`` never changes but for its memories; ``World.current`` points at the one that
new HTTP requests take. Requests in flight keep the runtime they began with.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from gateway.execution import (
    ErrorPolicy,
    ExecutablePlan,
    compile_plan,
    custom_scalar_fields,
)
from gateway.introspection.introspect import ExplorerRule, Remembered
from gateway.operation.cache import BoundedCache
from gateway.operation.errors import OperationRefused
from gateway.operation.limits import Limits
from gateway.operation.persisted import NoPersistedDocuments, PersistedDocuments, check_hash
from gateway.operation.prepare import Preparation, PreparedOperation
from gateway.planning import plan_operation
from gateway.planning.errors import PlanningFailed
from gateway.planning.plan import Plan
from gateway.projection import compile_projection
from gateway.request.caller import Caller
from gateway.request.gathered import Gathered
from gateway.request.graphql_request import GraphQLRequest
from gateway.security.authorization import (
    ClaimedPolicies,
    Policies,
    Standing,
    denials,
    denied_fields,
    standing_of,
)
from gateway.security.requirements import Protection, protection_of
from gateway.subgraphs.protocol import Subgraph
from gateway.supergraph import Supergraph

Projection = Callable[[Gathered, dict[str, Any]], tuple[dict[str, Any] | None, list[Any]]]
OperationKey = tuple[str, str | None]
VariantKey = tuple[Standing, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to answer an operation: for active labels and satisfied requirements."""

    plan: Plan
    executable: ExecutablePlan
    project: Projection


@dataclass(slots=True)
class Prepared:
    """A prepared operation and the variants made so far."""

    operation: PreparedOperation
    protection: Protection
    variants: BoundedCache[VariantKey, Variant | OperationRefused]


@dataclass(frozen=True, slots=True)
class Kept:
    """How much a runtime remembers. ``bytes`` are those of the operations' texts."""

    operations: int = 2_000
    bytes: int = 20_000_000
    rejected: int = 500
    variants: int = 16
    introspections: int = 16


class Spans(Protocol):
    """Wraps the costly stages for tracing."""

    def span(self, name: str) -> AbstractContextManager[None]:
        """Return what to do ``name`` within."""
        ...


class NoSpans:
    """Traces nothing."""

    def span(self, name: str) -> AbstractContextManager[None]:  # noqa: ARG002
        """See Spans."""
        return nullcontext()


def _always(_subgraph: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings decide about every operation.

    ``passes_through``: whether a subgraph's answers may go to clients unparsed.
    """

    limits: Limits
    explorer: ExplorerRule
    error_policy: ErrorPolicy = field(default_factory=ErrorPolicy)
    passes_through: Callable[[str], bool] = _always
    kept: Kept = field(default_factory=Kept)
    policies: Policies = field(default_factory=ClaimedPolicies)
    documents: PersistedDocuments = field(default_factory=NoPersistedDocuments)
    spans: Spans = field(default_factory=NoSpans)
    hide_suggestions: bool = False


class SupergraphRuntime:
    """Model, API schema and prepared operations of one supergraph."""

    def __init__(
        self, supergraph: Supergraph, subgraphs: Subgraph, rules: Rules, generation: int = 0
    ) -> None:
        kept = rules.kept
        self.supergraph = supergraph
        self.subgraphs = subgraphs
        self.rules = rules
        self.generation = generation
        self.exact_fields = custom_scalar_fields(supergraph)
        self.preparation = Preparation(
            supergraph.api_schema, rules.limits, hide_suggestions=rules.hide_suggestions
        )
        self.operations: BoundedCache[OperationKey, Prepared] = BoundedCache(
            kept.operations, kept.bytes
        )
        self.introspected: Remembered = BoundedCache(kept.introspections)
        self.rejected: BoundedCache[OperationKey, OperationRefused] = BoundedCache(
            kept.rejected, kept.bytes // 10
        )

    def prepare(self, request: GraphQLRequest) -> Prepared:
        """Return what is kept for the document, or prepare it. Raises OperationRefused."""
        text = request.query
        if text is None:
            text = self.rules.documents.text(request.extensions)
        elif request.extensions:
            check_hash(text, request.extensions)
        key = (text, request.operation_name)
        known = self.operations.get(key)
        if known is not None:
            return known
        refused = self.rejected.get(key)
        if refused is not None:
            raise refused.with_traceback(None)
        try:
            with self.rules.spans.span("prepare"):
                operation = self.preparation.prepare(*key)
        except OperationRefused as error:
            if not ("mutation" in text and '"' in text):  # a password may have been typed there
                error.__context__ = None  # it holds on to the document
                self.rejected.put(key, error, len(text))
            raise
        protection = protection_of(operation.operation, self.supergraph)
        prepared = Prepared(operation, protection, BoundedCache(self.rules.kept.variants))
        if operation.keep:
            self.operations.put(key, prepared, len(text))
        return prepared

    def variant(self, prepared: Prepared, caller: Caller, labels: frozenset[str]) -> Variant:
        """Return the variant for this caller and labels, planned at most once while it is kept.

        Raises OperationRefused where it cannot be planned (that is kept too: trying is costly).
        """
        standing = standing_of(caller, prepared.protection, self.rules.policies)
        key = (standing, labels & self.supergraph.labels if labels else labels)
        known = prepared.variants.get(key)
        if known is None:
            with self.rules.spans.span("plan"):
                known = self._plan(prepared, *key)
            prepared.variants.put(key, known)
        if isinstance(known, OperationRefused):
            raise known.with_traceback(None)
        return known

    def _plan(
        self, prepared: Prepared, standing: Standing, labels: frozenset[str]
    ) -> Variant | OperationRefused:
        operation = prepared.operation.operation
        denied = denials(prepared.protection, standing)
        try:
            plan = plan_operation(
                self.supergraph, operation, labels=labels, denied=denied_fields(denied)
            )
        except PlanningFailed as error:
            return OperationRefused(str(error), code=error.code)
        if denied or not all(self.rules.passes_through(f.subgraph) for f in plan.fetches):
            plan = replace(plan, passthrough=False)
        schema = self.supergraph.api_schema
        return Variant(
            plan,
            compile_plan(plan, operation.name, self.exact_fields),
            compile_projection(operation, schema, plan.typename_key, denied),
        )


@dataclass(slots=True)
class World:
    """The one reference to the runtime in force. None: no supergraph was ever loaded."""

    current: SupergraphRuntime | None = None
