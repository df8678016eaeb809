"""The headers that confine the explorer's page and its files."""

_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    # GraphiQL's stylesheet carries its fonts as data: URLs
    "font-src 'self' data:",
    "style-src 'self' 'nonce-{nonce}'",
    "style-src-elem 'self' 'nonce-{nonce}'",
    # The editor writes lines of text as HTML with style attributes (their heights and places).
    # Attributes hold no selectors, so injected ones read nothing; style elements need the nonce.
    "style-src-attr 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# Workers take the policy of their own script's response, not the page's.
FILE_HEADERS = {
    **_ALWAYS,
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; frame-ancestors 'none'",
}


def page_headers(nonce: str) -> dict[str, str]:
    """Return the page's headers; the nonce is fresh for every answer, so the page is not stored."""
    return {
        **_ALWAYS,
        "Content-Security-Policy": "; ".join(_POLICY).format(nonce=nonce),
        "X-Frame-Options": "DENY",
        "Cache-Control": "no-cache",
        "Vary": "Accept",
    }
