"""Whether a caller has what protected fields need, and what is denied where it has not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from gateway.projection import Denial
from gateway.projection.denials import DENIED
from gateway.request.caller import Caller, Trust
from gateway.security.requirements import Protection
from gateway.supergraph import Requirement

UNAVAILABLE = "UNAVAILABLE"
_SIGN_IN = ("UNAUTHENTICATED", "Sign in first.")  # clients refresh or lead to the sign-in on it
_REASONS = {
    Trust.ANONYMOUS: _SIGN_IN,
    Trust.EXPIRED: _SIGN_IN,
    Trust.VERIFIED: (DENIED, "You may not see this."),
    Trust.UNJUDGED: (UNAVAILABLE, "Your token cannot be verified at the moment. Try again."),
}


class Policies(Protocol):
    """Decides ``@policy``."""

    def granted(self, policies: frozenset[str], claims: Mapping[str, Any]) -> frozenset[str]:
        """Return those of ``policies`` that hold for the claims of a verified token."""
        ...


@dataclass(frozen=True, slots=True)
class ClaimedPolicies:
    """Grants the policies that a claim lists; None: grants nothing."""

    claim: str | None = None

    def granted(self, policies: frozenset[str], claims: Mapping[str, Any]) -> frozenset[str]:
        """See Policies."""
        if self.claim is None:
            return frozenset()
        return policies & Caller(claims=claims).words(self.claim)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a caller satisfies of an operation's requirements: part of a variant's key.

    ``satisfied`` has one bit for each requirement; ``trust`` says with which code the directives
    deny the others.
    """

    satisfied: int = 0
    trust: Trust = Trust.VERIFIED


UNPROTECTED = Standing()


def standing_of(caller: Caller, protection: Protection, policies: Policies) -> Standing:
    """Judge ``caller`` against the requirements that an operation touches."""
    if not protection.requirements:
        return UNPROTECTED
    bits = 0
    for number, requirement in enumerate(protection.requirements):
        if satisfies(caller, requirement, policies):
            bits |= 1 << number
    return Standing(bits, caller.trust)


def satisfies(caller: Caller, requirement: Requirement, policies: Policies) -> bool:
    """Tell whether a verified caller has one alternative of the scopes and one of the policies."""
    if not caller.is_verified:
        return False
    if requirement.scopes and not any(need <= caller.scopes for need in requirement.scopes):
        return False
    if not requirement.policies:
        return True
    asked = frozenset[str]().union(*requirement.policies)
    granted = policies.granted(asked, caller.claims)
    return any(need <= granted for need in requirement.policies)


def denials(protection: Protection, standing: Standing) -> tuple[Denial, ...]:
    """Return the fields that a caller of this standing may not have."""
    code, message = _REASONS[standing.trust]
    is_retryable = code == UNAVAILABLE
    return tuple(
        Denial(field.path, field.on, code, message, is_retryable=is_retryable)
        for field in protection.fields
        if any(not standing.satisfied >> need & 1 for need in field.needs)
    )


def is_open(protection: Protection) -> bool:
    """Tell whether the root fields need nothing of the caller (what they return may)."""
    return all(len(field.path) > 1 for field in protection.fields)


def denied_fields(found: Iterable[Denial]) -> dict[tuple[str, ...], frozenset[str]]:
    """Return denials as planning takes them: what is never asked for."""
    denied: dict[tuple[str, ...], frozenset[str]] = {}
    for denial in found:
        denied[denial.path] = denied.get(denial.path, frozenset()) | denial.on
    return denied
