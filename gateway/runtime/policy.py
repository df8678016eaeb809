"""What the settings decide about every operation."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from gateway.config.settings import DemandMode, GatewaySettings
from gateway.execution import COMMON_CODES, ErrorPolicy
from gateway.introspection.access import ExplorerAccess
from gateway.operation.limits import DemandControl, Limits
from gateway.persisted import PersistedDocuments, open_documents
from gateway.security.authorization import ClaimedPolicies, Policies


@dataclass(frozen=True, slots=True)
class CacheSizes:
    """How much a runtime remembers, in entries. ``bytes`` are those of the operations' texts."""

    operations: int = 2_000
    bytes: int = 20_000_000
    rejected: int = 500
    plans_per_operation: int = 16
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
class RuntimePolicy:
    """One for all operations of a runtime.

    ``passes_through``: whether a subgraph's answers may go to clients unparsed. ``authorization``
    decides ``@policy``. ``documents`` are those that a request may name in place of their text.
    """

    limits: Limits
    explorer: ExplorerAccess
    errors: ErrorPolicy = field(default_factory=ErrorPolicy)
    passes_through: Callable[[str], bool] = _always
    cache_sizes: CacheSizes = field(default_factory=CacheSizes)
    authorization: Policies = field(default_factory=ClaimedPolicies)
    documents: PersistedDocuments = field(default_factory=PersistedDocuments)
    spans: Spans = field(default_factory=NoSpans)
    hide_suggestions: bool = False


def policy_from(settings: GatewaySettings, spans: Spans | None = None) -> RuntimePolicy:
    """Return what ``settings`` decide. ``spans``: where the time of the costly stages is told."""
    sizes = settings.cache
    explorer = ExplorerAccess(
        settings.explorer_mode, settings.roles_claim, frozenset(settings.explorer_roles)
    )
    return RuntimePolicy(
        limits=limits_from(settings),
        explorer=explorer,
        documents=open_documents(settings.persisted, explorer.allows),
        errors=ErrorPolicy(
            codes=COMMON_CODES | frozenset(settings.error_codes),
            name_services=not settings.is_prod,
        ),
        passes_through=lambda name: settings.subgraph(name).passthrough is not False,
        cache_sizes=CacheSizes(
            sizes.operations, sizes.operation_bytes, sizes.rejected, sizes.variants
        ),
        authorization=ClaimedPolicies(settings.policies_claim),
        spans=spans or NoSpans(),
        hide_suggestions=settings.is_prod,
    )


def limits_from(settings: GatewaySettings) -> Limits:
    """Return the limits of operations."""
    given = settings.limits
    return Limits(
        tokens=given.tokens,
        depth=given.depth,
        aliases=given.aliases,
        root_fields=given.root_fields,
        fields=given.fields,
        cost=given.cost,
        list_size=given.list_size,
        slice=given.slice,
        slicing_arguments=frozenset(given.slicing_arguments),
        values=given.values,
        demand=_demand_control(settings),
    )


def _demand_control(settings: GatewaySettings) -> DemandControl | None:
    given = settings.demand_control
    if given.mode is DemandMode.OFF:
        return None
    limit = given.max if given.mode is DemandMode.ENFORCE else None
    return DemandControl(limit, given.list_size, settings.limits.slice)
