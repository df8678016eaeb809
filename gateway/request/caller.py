"""The caller of one HTTP request, as far as its access token tells."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

import msgspec


class Trust(Enum):
    """What is known of a token.

    An unjudged one is forwarded and never treated as verified. An expired one (without any other
    fault) is not forwarded: its caller may only do what anybody may, such as sign in again.
    """

    ANONYMOUS = "anonymous"
    EXPIRED = "expired"
    VERIFIED = "verified"
    UNJUDGED = "unjudged"


class Caller(msgspec.Struct, frozen=True):
    """Who sends the request. ``claims`` is the payload of a verified token, else empty."""

    trust: Trust = Trust.ANONYMOUS
    scopes: frozenset[str] = frozenset()
    claims: Mapping[str, Any] = msgspec.field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_verified(self) -> bool:
        """Whether the token was verified."""
        return self.trust is Trust.VERIFIED

    def words(self, claim: str) -> frozenset[str]:
        """Return the words of a claim: a list of strings, or one string of words."""
        value = self.claims.get(claim)
        if isinstance(value, str):
            return frozenset(value.split())
        if isinstance(value, list):
            return frozenset(item for item in value if isinstance(item, str))
        return frozenset()


ANONYMOUS = Caller()
EXPIRED = Caller(Trust.EXPIRED)
UNJUDGED = Caller(Trust.UNJUDGED)
