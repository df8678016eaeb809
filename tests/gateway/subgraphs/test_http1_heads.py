"""Our own HTTP/1.1 client: URLs, and the heads that are written to them."""

from __future__ import annotations

import pytest

from gateway.subgraphs import HeaderRules
from gateway.subgraphs.http1.request_head import HeaderInvalid, RequestHead, usual_head
from gateway.subgraphs.http1.target import Target
from shared.errors import ConfigurationError

HEADS = {
    "http://example.test/graphql": ("example.test", 80, "example.test", "/graphql"),
    "http://example.test": ("example.test", 80, "example.test", "/"),
    "https://example.test:8443/a?b=c": ("example.test", 8443, "example.test:8443", "/a?b=c"),
    "http://[::1]:4001/g": ("::1", 4001, "[::1]:4001", "/g"),
    "http://bücher.test/ä b": ("xn--bcher-kva.test", 80, "xn--bcher-kva.test", "/%C3%A4%20b"),
    "http://e.test/a%20b": ("e.test", 80, "e.test", "/a%20b"),
}


@pytest.mark.parametrize("url", HEADS)
def test_urls_are_read(url: str) -> None:
    target = Target.of(url)
    assert (target.host, target.port, target.authority, target.path) == HEADS[url]


@pytest.mark.parametrize("url", ["ftp://a", "http://", "//a", "a", "http://a:99999", "http://[::1"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        Target.of(url)


def test_a_user_in_the_url_is_sent_unless_another_is() -> None:
    head = RequestHead(Target.of("http://me:s%40me@e.test/"), {})
    assert b"\r\nauthorization: Basic bWU6c0BtZQ==\r\n" in head.lines({})
    assert head.lines({"authorization": "Bearer t"}).count(b"authorization") == 1
    assert b"authorization" not in head.lines({}, own=["authorization"])


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\nb", "a\rb", "a\0b", "ä"])
def test_the_last_door_writes_no_second_header(value: str) -> None:
    head = RequestHead(Target.of("http://e.test/"), {"accept": "*/*"})
    for headers in ({"x": value}, {f"x{value}": "a"}):
        with pytest.raises(HeaderInvalid):
            head.lines(headers)
        with pytest.raises(HeaderInvalid):
            head.write(b"", headers, 0)
    assert head.write(head.lines({"x": "a\tb"}), {"id": "1"}, 3) == (
        b"POST / HTTP/1.1\r\nhost: e.test\r\naccept: */*\r\nx: a\tb\r\n"
        b"user-agent: est-gateway\r\nid: 1\r\ncontent-length: 3\r\n\r\n"
    )


def test_the_usual_head_is_the_head_that_is_written() -> None:
    head = RequestHead(Target.of("http://e.test/100%"), {"accept": "*/*"})
    lines = head.lines({"x": "%b %d %% 100%", "%s": "y"})
    own = {"i%d": "7f", "x-deadline-ms": "900"}
    usual = usual_head(lines, own)
    assert usual % (b"7f", b"900", 12) == head.write(lines, own, 12)


def test_rules_cannot_change_what_frames_a_request() -> None:
    rules = HeaderRules(
        rename=(("x-a", "content-length"), ("x-b", "x-c")),
        insert=(("transfer-encoding", "chunked"), ("host", "evil"), ("x-d", "4")),
    )
    assert rules.apply({"x-a": "1", "x-b": "2", "host": "h"}) == {
        "x-a": "1",
        "x-c": "2",
        "x-d": "4",
    }
