"""Guards before any operation is looked at: methods, forged requests, foreign pages."""

from __future__ import annotations

from gateway.http.cors import Cors
from gateway.http.errors import HttpRefused, bad_request
from gateway.http.http_request import HttpRequest
from gateway.http.negotiation import JSON

METHODS = "GET, HEAD, POST, OPTIONS"
READING = frozenset({"GET", "HEAD"})
SINGLETONS = frozenset({"authorization", "content-length", "content-type", "host", "origin"})
NO_STREAMS = "SUBSCRIPTIONS_UNSUPPORTED"
STREAM_TYPES = frozenset({"text/event-stream", "multipart/mixed"})
_INSTEAD = "Send queries and mutations by POST with JSON."


def check_method(request: HttpRequest) -> None:
    """Raise HttpRefused (405) for all but POST, GET and HEAD, which is GET without a body."""
    if request.method != "POST" and request.method not in READING:
        raise HttpRefused(
            405, "METHOD_NOT_ALLOWED", "GraphQL is asked by GET or POST.", {"allow": METHODS}
        )


def check_singletons(request: HttpRequest) -> None:
    """Raise HttpRefused (400) for two of what there is one of.

    Two Authorization headers would make two callers of one request: we would believe one of them,
    and whoever stands before or behind us the other (RFC 9110, 5.3; RFC 9112, 3.2).
    """
    twice = sorted(request.repeated & SINGLETONS)
    if twice:
        raise bad_request(f"The header {twice[0]} may come only once.")


def check_protocol(request: HttpRequest) -> None:
    """Raise HttpRefused for a WebSocket or an event stream: both are for subscriptions.

    Clients open them with an empty GET or an ``Accept`` of nothing else, so that without this they
    would be told that a query is missing, or which media types there are.
    """
    if request.headers.get("upgrade", "").lower() == "websocket":
        raise HttpRefused(400, NO_STREAMS, "WebSocket is not served here. " + _INSTEAD)
    accepted = request.headers.get("accept", "").split(",")
    if all(part.partition(";")[0].strip().lower() in STREAM_TYPES for part in accepted):
        raise HttpRefused(
            406, NO_STREAMS, "Event streams are not served here. " + _INSTEAD, {"accept": JSON}
        )


def check_forgery(request: HttpRequest, headers: frozenset[str], cors: Cors) -> None:
    """Raise HttpRefused (400) for a GET that a foreign page could send without a preflight.

    Images, scripts and forms can send a plain GET with the visitor's network position; a browser
    asks first (by OPTIONS) only if a request has a header that those cannot have: one of
    ``headers``, or a JSON content type. ``Sec-Fetch-Mode: cors``, which pages cannot set, says that
    no page reads the answer without our grant, so it passes too, unless the origin has none.
    """
    given = request.headers
    if any(name in given for name in headers):
        return
    if given.get("content-type", "").partition(";")[0].strip().lower() == JSON:
        return
    if given.get("sec-fetch-mode") in {"cors", "same-origin"}:
        origin = given.get("origin")
        same_site = given.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
        if cors.allows(origin) if origin is not None else same_site:
            return
    names = ", ".join(sorted(headers))
    raise HttpRefused(
        400, "CSRF", f"Send one of these headers with a GET: {names}; or use POST with JSON."
    )
