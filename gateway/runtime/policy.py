"""What the settings mean for a runtime."""

from __future__ import annotations

from gateway.config.settings import GatewaySettings
from gateway.execution import COMMON_CODES, ErrorPolicy
from gateway.introspection.introspect import ExplorerRule
from gateway.operation.limits import Limits
from gateway.runtime.runtime import Kept, NoSpans, Rules, Spans
from gateway.security.authorization import ClaimedPolicies


def rules_of(settings: GatewaySettings, spans: Spans | None = None) -> Rules:
    """Return what ``settings`` decide about every operation."""
    kept = settings.cache
    return Rules(
        limits=limits_of(settings),
        explorer=ExplorerRule(
            settings.explorer_mode, settings.roles_claim, frozenset(settings.explorer_roles)
        ),
        error_policy=ErrorPolicy(
            codes=COMMON_CODES | frozenset(settings.error_codes),
            name_services=not settings.is_prod,
        ),
        passes_through=lambda name: settings.subgraph(name).passthrough is not False,
        kept=Kept(kept.operations, kept.operation_bytes, kept.rejected, kept.variants),
        policies=ClaimedPolicies(settings.policies_claim),
        spans=spans or NoSpans(),
        hide_suggestions=settings.is_prod,
    )


def limits_of(settings: GatewaySettings) -> Limits:
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
    )
