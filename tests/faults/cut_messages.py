"""Requests of every kind, good and bad, as the bytes that a client sends."""

from __future__ import annotations

from tests.catalog_service.kit import GATEWAY_KEY

QUERY = b'{"query": "{ __typename }"}'
HOST = b"host: x\r\n"
JSON = b"content-type: application/json\r\n"
TEXT = b"content-type: text/plain\r\n"
KEYED = b"x-gateway-key: %b\r\n" % GATEWAY_KEY.encode()
FIELDS = HOST + JSON + KEYED
OFFER = b"connection: upgrade\r\nupgrade: h2c\r\n"
EXPECT = b"expect: 100-continue\r\n"
CLOSE = b"connection: close\r\n"
CALLER = b"authorization: Bearer x\r\n"
MANY = b"".join(b"x-%d: y\r\n" % number for number in range(8_000))
MEGABYTE = b" " * 1_200_000


def head(fields: bytes = FIELDS, line: bytes = b"POST /graphql") -> bytes:
    return b"%b HTTP/1.1\r\n%b\r\n" % (line, fields)


def post(body: bytes = QUERY, fields: bytes = FIELDS, line: bytes = b"POST /graphql") -> bytes:
    return head(b"%bcontent-length: %d\r\n" % (fields, len(body)), line) + body


def chunked(*chunks: bytes, fields: bytes = FIELDS, trailers: bytes = b"") -> bytes:
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return head(fields + b"transfer-encoding: chunked\r\n") + framed + b"0\r\n%b\r\n" % trailers


def broken(fields: bytes = FIELDS, chunk: bytes = b"{}") -> bytes:
    """A chunk that is longer than it says."""
    sent = b"%x\r\n%b\r\nx\r\n" % (len(chunk), chunk)
    return head(fields + b"transfer-encoding: chunked\r\n") + sent


def get(target: bytes = b"/health/live", fields: bytes = b"", *, version: bytes = b"1.1") -> bytes:
    return b"GET %b HTTP/%b\r\n%b%b\r\n" % (target, version, HOST, fields)


MESSAGES = {
    "a query": post(),
    "another": post(b'{"query": "{ a: __typename }"}'),
    "a faulty one": post(b'{"query": "{ nothing }"}'),
    "no JSON": post(b"{"),
    "nothing": post(b""),
    "text": post(fields=HOST + TEXT),
    "no key": post(fields=HOST + JSON),
    "nowhere": post(line=b"POST /nowhere"),
    "PUT": post(line=b"PUT /graphql"),
    "liveness": get(),
    "empty lines": b"\r\n\r\n",
    "chunked": chunked(QUERY[:5], QUERY[5:]),
    "trailers": chunked(QUERY, trailers=CALLER),
    "upgrade": post(fields=FIELDS + OFFER),
    "upgrade, chunked": chunked(QUERY, fields=FIELDS + OFFER),
    "upgrade, liveness": get(fields=OFFER),
    "expect": post(fields=FIELDS + EXPECT),
    "expect, text": post(fields=HOST + TEXT + EXPECT),
    "close": post(fields=FIELDS + CLOSE),
    "close, text": post(fields=HOST + TEXT + CLOSE),
    "a whole address": get(b"http://x/health/live"),
    "an address without a path": get(b"http://x"),
    "old": get(version=b"1.0"),
    "old, kept": get(fields=b"connection: keep-alive\r\n", version=b"1.0"),
    "a body that nobody wants": get(fields=b"content-length: 3\r\n") + b"abc",
    "large": post(b'{"query": "{ __typename }", "x": "%b"}' % (b"x" * 100_000)),
    "too large": post(MEGABYTE),
    "too large, chunked": chunked(*[b" " * 100_000] * 12),
    "too large, text": post(MEGABYTE, HOST + TEXT),
    "a large head": post(fields=FIELDS + b"x-a: %b\r\n" % (b"y" * 50_000)),
    "nonsense": b"nonsense\r\n\r\n",
    "a tunnel": b"CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n",
    "a path of other letters": get(b"/\xff"),
    "broken": broken(),
    "broken, text": broken(HOST + TEXT),
    "broken, no key": broken(HOST + JSON),
    "broken, expect": broken(FIELDS + EXPECT),
    "broken, upgrade": broken(FIELDS + OFFER),
    "broken, close": broken(FIELDS + CLOSE),
    "broken, too large": broken(chunk=MEGABYTE),
    "gzip, chunked": post(fields=FIELDS + b"transfer-encoding: gzip\r\n"),
    "two lengths": post(fields=FIELDS + b"content-length: 3\r\n"),
    "no host": post(fields=JSON),
    "a head too large": post(fields=FIELDS + b"x-a: %b\r\n" % (b"y" * 100_000)),
    "too many fields": post(fields=FIELDS + MANY),
    "a head without an end": head()[:-2] + b"x-a: " + b"y" * 200_000,
    "half a head": head()[:20],
    "half a body": post()[:-3],
    "half a body, text": post(fields=HOST + TEXT)[:-3],
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 50,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}
