"""``@authenticated``, ``@requiresScopes``, ``@policy``: what a caller must have."""

from __future__ import annotations

from gateway.supergraph.directives import WithDirectives, applied, has_directive, names_or_of_and
from gateway.supergraph.links import Features
from gateway.supergraph.model import Requirement


def read_requirement(node: WithDirectives, features: Features) -> Requirement:
    """The requirement written on a type or field (not what follows from elsewhere)."""
    if not node.directives:
        return Requirement()
    scopes: tuple[frozenset[str], ...] = ()
    policies: tuple[frozenset[str], ...] = ()
    for arguments in applied(node, features.directive("requiresScopes")):
        scopes = names_or_of_and(arguments, "scopes")
    for arguments in applied(node, features.directive("policy")):
        policies = names_or_of_and(arguments, "policies")
    authenticated = has_directive(node, features.directive("authenticated"))
    return Requirement(authenticated, scopes, policies)
