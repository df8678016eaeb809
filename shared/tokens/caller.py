"""Who sends a request, as far as a verified token tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

STANDING_CLAIM = "standing_version"
"""The claim that counts changes of an account: of two reports of it the higher one is newer."""

VERSION_CLAIM = "token_version"
"""The claim that counts what ended sessions of an account: a token with a lower one may be over."""

APPROVED_CLAIM = "approved"
"""The claim that is false while the role still has to be approved; it is left out otherwise."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The subject of a verified access token, or nobody (``ANONYMOUS``).

    ``claims`` is the token's whole payload, read only, for rules that need more. ``is_judged``
    False (``UNJUDGED``): a token was sent, but no keys were at hand to verify it. Such a caller is
    treated as nobody, and where that would deny something, must be told to try again
    (``shared.graphql.require_judged``): told to sign in, a client would throw its token away.
    """

    subject: str | None = None
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    email_verified: bool = False
    claims: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    is_judged: bool = True

    @property
    def user_id(self) -> UUID | None:
        """The subject as a UUID; None when anonymous or when another kind of issuer is at work."""
        if self.subject is None:
            return None
        try:
            return UUID(self.subject)
        except ValueError:
            return None

    @property
    def standing_version(self) -> int:
        """The version of the account that the token reports; 0 when it does not say."""
        version = self.claims.get(STANDING_CLAIM)
        return version if isinstance(version, int) else 0

    @property
    def token_version(self) -> int | None:
        """Which of the account's generations of tokens this is; None when it does not say."""
        version = self.claims.get(VERSION_CLAIM)
        return version if isinstance(version, int) else None

    @property
    def is_approved(self) -> bool:
        """Whether the role counts; False while somebody still has to approve it."""
        return self.claims.get(APPROVED_CLAIM) is not False

    def has_role(self, *roles: str) -> bool:
        """Whether the caller has at least one of ``roles``."""
        return not self.roles.isdisjoint(roles)


ANONYMOUS = Caller()
UNJUDGED = Caller(is_judged=False)


def caller_from_claims(claims: Mapping[str, Any]) -> Caller:
    """The caller that validated claims name (RFC 9068 section 2.2)."""
    return Caller(
        subject=claims["sub"],
        roles=_words(claims.get("roles")),
        scopes=_words(claims.get("scope")),
        email_verified=claims.get("email_verified") is True,
        claims=MappingProxyType(dict(claims)),
    )


def _words(value: object) -> frozenset[str]:
    """A list of strings, or one string of words separated by spaces (RFC 8693 section 4.2)."""
    if isinstance(value, str):
        return frozenset(value.split())
    if isinstance(value, list):
        return frozenset(item for item in value if isinstance(item, str))
    return frozenset()
