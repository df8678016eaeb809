"""The two ways judging a token can fail. They must never be confused.

::

    Exception
    ├── TokenRejected    judged and found bad: UNAUTHENTICATED, 401
    └── TokenNotJudged   no usable keys at hand: UNAVAILABLE, retryable; the client keeps its token
"""

from typing import Literal

Reason = Literal[
    "malformed", "expired", "not_yet_valid", "signature", "issuer", "audience", "type", "revoked"
]

MESSAGES: dict[Reason, str] = {
    "malformed": "The access token is malformed.",
    "expired": "The access token has expired.",
    "not_yet_valid": "The access token is not valid yet.",
    "signature": "The access token's signature is not valid.",
    "issuer": "The access token was issued by someone else.",
    "audience": "The access token is meant for someone else.",
    "type": "This is not an access token.",
    "revoked": "The access token is good no more.",
}


class TokenRejected(Exception):
    """The token was judged and is bad. ``reason`` is one stable word; the text repeats no token."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(MESSAGES[reason])
        self.reason: Reason = reason


class TokenNotJudged(Exception):
    """No usable verification key could be had, so nothing can be said about the token."""
