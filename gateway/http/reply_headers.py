"""Subgraphs' response headers on their way to the client: named ones only, Cache-Control combined.

Several Cache-Control headers combine to the strictest: the smallest age, private if any is, and
no-store if any says so, if any answer came without one, or if there is any error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gateway.answer import Answer
from gateway.gathered import ReplyHeaders
from gateway.http.responses import RawHeaders

_CACHE_CONTROL = "cache-control"
_MAX_AGE = re.compile(r"max-age\s*=\s*\"?(\d{1,9})\"?")
_FORBIDDING = ("no-store", "no-cache")


def reply_headers(answers: Sequence[Answer], passed: frozenset[str]) -> RawHeaders:
    """Return the headers for the client that come from the subgraphs' replies."""
    replies = [reply for answer in answers for reply in answer.replies]
    headers: RawHeaders = []
    if not replies:
        return headers
    for name in sorted(passed - {_CACHE_CONTROL}):
        values = dict.fromkeys(r.headers[name] for r in replies if name in r.headers)
        headers += [(name.encode("latin-1"), _safe(value)) for value in values]
    if _CACHE_CONTROL in passed:
        combined = _combined(replies, has_errors=any(answer.errors for answer in answers))
        if combined is not None:
            headers.append((b"cache-control", combined))
    return headers


def _combined(replies: Iterable[ReplyHeaders], *, has_errors: bool) -> bytes | None:
    values = [reply.headers.get(_CACHE_CONTROL) for reply in replies]
    if not any(values):
        return None
    if has_errors:
        return b"no-store"
    age: int | None = None
    private = False
    for value in values:
        text = (value or "no-store").lower()
        found = _MAX_AGE.search(text)
        if found is None or any(word in text for word in _FORBIDDING):
            return b"no-store"
        age = int(found[1]) if age is None else min(age, int(found[1]))
        private = private or "private" in text
    return b"max-age=%d, %s" % (age or 0, b"private" if private else b"public")


def _safe(value: str) -> bytes:
    """A header value cannot hold a line break: what follows one would be another header."""
    return value.replace("\r", " ").replace("\n", " ").encode("latin-1", "replace")
