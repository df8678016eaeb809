"""Which media type a client wants for the response, and which it sent (GraphQL over HTTP, 6)."""

from __future__ import annotations

from gateway.http.errors import HttpRefused
from gateway.http.remembering import remembering

HTML = "text/html"
JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
_OFFERED = (JSON, GRAPHQL_JSON)  # the first wins where both are as welcome: "*/*" means JSON
_CHARSETS = frozenset({"utf-8", "utf8", '"utf-8"', '"utf8"'})


@remembering(256)
def response_type(accept: str | None) -> str:
    """Choose the media type for an Accept header. Raises HttpRefused (406).

    Event streams are not served: ``text/event-stream`` beside other types means those.
    """
    if accept is None or not accept.strip():
        return JSON
    ranges = [_media_range(part) for part in accept.split(",")[:64]]
    best, weight = JSON, 0.0
    for offered in _OFFERED:
        quality = _quality(offered, ranges)
        if quality > weight:
            best, weight = offered, quality
    if weight > 0:
        return best
    raise HttpRefused(
        406, "NOT_ACCEPTABLE", f"Accept one of: {', '.join(_OFFERED)}.", {"accept": JSON}
    )


@remembering(256)
def prefers_page(accept: str | None) -> bool:
    """Tell whether a page is named, and no less welcome than JSON: so browsers open an address.

    A program may name HTML too, among all that it could read, and asks for JSON all the same.
    """
    ranges = [_media_range(part) for part in (accept or "").split(",")[:64]]
    if HTML not in (name for name, _, _ in ranges):
        return False
    welcome = _quality(HTML, ranges)
    return welcome > 0 and all(welcome >= _quality(each, ranges) for each in _OFFERED)


def _media_range(text: str) -> tuple[str, float, int]:
    """Return (range, quality, position weight); a wrong quality counts as 0."""
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                quality = min(1.0, max(0.0, float(value)))
            except ValueError:
                quality = 0.0
    return name, quality, name.count("*")


def _quality(offered: str, ranges: list[tuple[str, float, int]]) -> float:
    """The quality of the most specific range that covers ``offered`` (RFC 9110, 12.5.1)."""
    covers = {offered, f"{offered.partition('/')[0]}/*", "*/*"}
    covering = [(stars, quality) for name, quality, stars in ranges if name in covers]
    return min(covering, key=lambda item: item[0])[1] if covering else 0.0


@remembering(256)
def check_content_type(content_type: str | None) -> None:
    """Raise HttpRefused (415) unless the body is said to be JSON in UTF-8.

    Forms and plain text can be sent by any page without a preflight: they are refused here, which
    is half of the protection against forged requests.
    """
    name, *parameters = (part.strip().lower() for part in (content_type or "").split(";"))
    charsets = {
        value.strip()
        for key, _, value in (parameter.partition("=") for parameter in parameters)
        if key.strip() == "charset"
    }
    if name != JSON or not charsets <= _CHARSETS:  # of two it could be read as either
        raise HttpRefused(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "Send Content-Type: application/json (charset utf-8).",
            {"accept-post": JSON},
        )
