"""Requests and depth are read off the times that subgraphs saw."""

from benchmarks.federation_audit.calls import Call, Cost, cost


def test_requests_in_flight_together_do_not_follow_each_other() -> None:
    assert cost([Call("/a", 0, 100), Call("/b", 99, 200)]) == Cost(requests=2, depth=1)


def test_a_request_follows_every_reply_before_it() -> None:
    calls = [Call("/c", 205, 305), Call("/a", 0, 100), Call("/b", 100, 200)]
    assert cost(calls) == Cost(requests=3, depth=3)


def test_the_longest_chain_counts() -> None:
    calls = [Call("/a", 0, 100), Call("/b", 0, 300), Call("/c", 101, 201), Call("/d", 301, 401)]
    assert cost(calls) == Cost(requests=4, depth=3)


def test_a_request_without_a_reply_has_no_followers() -> None:
    assert cost([Call("/a", 0, None), Call("/b", 500, 600)]) == Cost(requests=2, depth=1)


def test_no_requests() -> None:
    assert cost([]) == Cost(requests=0, depth=0)
