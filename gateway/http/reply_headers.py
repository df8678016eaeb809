"""Subgraphs' response headers on their way to the client: named ones only, Cache-Control combined.

Several Cache-Control headers combine to the strictest: the smallest age, private if any is, and
no-store if any says so, if any answer came without one, or if there is any error. The answer to a
request with a token is never public, whatever subgraphs say: a shared cache would serve it to
others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from gateway.http.responses import RawHeaders
from gateway.request.gathered import ReplyHeaders
from gateway.request.response import GraphQLResponse
from gateway.request.turned_away import STATUS as TURNED_AWAY
from gateway.request.turned_away import seconds_to_wait
from gateway.subgraphs.config import HOP_BY_HOP, named_in_connection

_CACHE_CONTROL = "cache-control"
_MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,9})\"?")
_SHARED_MAX_AGE = re.compile(r"\bs-maxage\s*=\s*\"?(\d{1,9})\"?")
_UNSAID = ""
_FORBIDDING = ("no-store", "no-cache")
_TRACING = frozenset({"traceparent", "tracestate", "baggage"})
_ALWAYS_READ = frozenset({"accept", "authorization"})


def varying(travelling: frozenset[str]) -> bytes:
    """Return the Vary of an answer that may be kept, where these headers may reach subgraphs.

    Any of them may have decided what it says, such as its language, but those that only trace.
    """
    return ", ".join(sorted(_ALWAYS_READ | travelling - _TRACING)).encode("latin-1")


def reply_headers(
    responses: Sequence[GraphQLResponse],
    passed: frozenset[str],
    vary: bytes,
    *,
    has_token: bool = False,
) -> RawHeaders:
    """Return the headers for the client that come from the subgraphs' replies.

    ``vary`` is as ``varying`` says. ``has_token``: the request had an Authorization header.
    """
    headers: RawHeaders = []
    replies: Sequence[ReplyHeaders] = responses[0].replies
    if len(responses) > 1:
        replies = [reply for response in responses for reply in response.replies]
    if _all_turned_away(responses):
        headers.append((b"retry-after", b"%d" % seconds_to_wait(replies)))
    if _say_nothing(replies, passed):
        return headers
    for name in _plainly_passed(passed):
        # Each value is a header of its own: several Set-Cookie cannot be one (RFC 9110, 5.3).
        values = dict.fromkeys(value for r in replies for value in _passing(r, name))
        headers += [(name.encode("latin-1"), _safe(value)) for value in values]
    if _CACHE_CONTROL in passed:
        has_errors = any(response.errors for response in responses)
        combined = _combined(replies, has_errors=has_errors, has_token=has_token)
        if combined is not None:
            headers += [(b"cache-control", combined), (b"vary", vary)]
    return headers


# Loops, for both are asked of every answer: a generator costs as much as all else here.


def _all_turned_away(responses: Sequence[GraphQLResponse]) -> bool:
    for response in responses:  # noqa: SIM110
        if response.status != TURNED_AWAY:
            return False
    return True


def _say_nothing(replies: Sequence[ReplyHeaders], passed: frozenset[str]) -> bool:
    for reply in replies:  # noqa: SIM110
        if not passed.isdisjoint(reply.headers):
            return False
    return True


def _passing(reply: ReplyHeaders, name: str) -> Sequence[str]:
    values = reply.headers.get(name, ())
    return () if name in named_in_connection(reply.headers.get("connection", ())) else values


@lru_cache(maxsize=16)
def _plainly_passed(passed: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(passed - {_CACHE_CONTROL} - HOP_BY_HOP))


def _combined(
    replies: Iterable[ReplyHeaders], *, has_errors: bool, has_token: bool
) -> bytes | None:
    """Combine the replies' Cache-Control by the rules above; None where no reply has one."""
    values = [", ".join(r.headers.get(_CACHE_CONTROL, (_UNSAID,))) for r in replies]
    if not any(values):
        return None
    if has_errors:
        return b"no-store"
    age: int | None = None
    private, public = False, not has_token
    for value in values:
        text = (value or "no-store").lower()
        ages = [int(found) for found in _MAX_AGE.findall(text)]
        if not ages or any(word in text for word in _FORBIDDING):
            return b"no-store"
        # One age is told to all caches: what holds for shared ones only counts, too.
        ages += map(int, _SHARED_MAX_AGE.findall(text))
        age = min(ages) if age is None else min(age, *ages)
        private = private or "private" in text
        public = public and "public" in text
    scope = b", private" if private or has_token else b", public" if public else b""
    return b"max-age=%d%s" % (age or 0, scope)


def _safe(value: str) -> bytes:
    """A header value cannot hold NUL or a line break: what follows one would be another header."""
    for control in "\r\n\0":
        value = value.replace(control, " ")
    return value.encode("latin-1", "replace")
