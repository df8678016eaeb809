"""Subgraphs' response headers on their way to the client: named ones only, Cache-Control combined.

Several Cache-Control headers combine to the strictest: the smallest age, private if any is, and
no-store if any says so, if any answer came without one, or if there is any error. The answer to a
request with a token is never public, whatever subgraphs say: a shared cache would serve it to
others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gateway.http.responses import RawHeaders
from gateway.request.gathered import ReplyHeaders
from gateway.request.response import GraphQLResponse

_CACHE_CONTROL = "cache-control"
_MAX_AGE = re.compile(r"max-age\s*=\s*\"?(\d{1,9})\"?")
_FORBIDDING = ("no-store", "no-cache")


def reply_headers(
    responses: Sequence[GraphQLResponse], passed: frozenset[str], *, has_token: bool = False
) -> RawHeaders:
    """Return the headers for the client that come from the subgraphs' replies.

    ``has_token``: the request had an Authorization header.
    """
    replies = [reply for response in responses for reply in response.replies]
    headers: RawHeaders = []
    if not replies:
        return headers
    for name in sorted(passed - {_CACHE_CONTROL}):
        values = dict.fromkeys(r.headers[name] for r in replies if name in r.headers)
        headers += [(name.encode("latin-1"), _safe(value)) for value in values]
    if _CACHE_CONTROL in passed:
        has_errors = any(response.errors for response in responses)
        combined = _combined(replies, has_errors=has_errors, has_token=has_token)
        if combined is not None:
            headers += [(b"cache-control", combined), (b"vary", b"accept, authorization")]
    return headers


def _combined(
    replies: Iterable[ReplyHeaders], *, has_errors: bool, has_token: bool
) -> bytes | None:
    values = [reply.headers.get(_CACHE_CONTROL) for reply in replies]
    if not any(values):
        return None
    if has_errors:
        return b"no-store"
    age: int | None = None
    private, public = False, not has_token
    for value in values:
        text = (value or "no-store").lower()
        found = _MAX_AGE.search(text)
        if found is None or any(word in text for word in _FORBIDDING):
            return b"no-store"
        age = int(found[1]) if age is None else min(age, int(found[1]))
        private = private or "private" in text
        public = public and "public" in text
    scope = b", private" if private or has_token else b", public" if public else b""
    return b"max-age=%d%s" % (age or 0, scope)


def _safe(value: str) -> bytes:
    """A header value cannot hold a line break: what follows one would be another header."""
    return value.replace("\r", " ").replace("\n", " ").encode("latin-1", "replace")
