"""What EST's own benchmark reads and hands to others."""

from __future__ import annotations

from graphql import build_schema

from benchmarks.est.bench import DIRECT, HERE, Sample
from benchmarks.est.load import Outcome
from benchmarks.est.report import added_table, table
from benchmarks.est.subjects import supergraph_for, without_authenticated
from benchmarks.est.system import System
from gateway.supergraph import load_supergraph

SYSTEM = System({"gateway": 1, "auth": 2, "catalog": 3}, "secret")


def sample(cpu_ms: float, p50: float) -> Sample:
    return Sample(cpu_ms, Outcome(100, p50, 2 * p50, 0))


def test_the_supergraph_leads_to_these_services() -> None:
    text = supergraph_for(SYSTEM)
    assert 'AUTH @join__graph(name: "auth", url: "http://127.0.0.1:2/graphql")' in text
    assert 'CATALOG @join__graph(name: "catalog", url: "http://127.0.0.1:3/graphql")' in text
    load_supergraph(text)


def test_apollo_is_given_the_same_without_what_it_refuses() -> None:
    text = without_authenticated(supergraph_for(SYSTEM))
    assert "authenticated" not in text
    known = build_schema(supergraph_for(SYSTEM), assume_valid=True)
    assert build_schema(text, assume_valid=True).type_map.keys() == known.type_map.keys()


def test_ratios_are_of_rounds() -> None:
    ours, theirs = [sample(1, 4), sample(3, 4)], [sample(4, 8), sample(12, 8)]
    line = table("browse", {HERE: ours, "apollo": theirs}).splitlines()[-1]
    assert line.split()[:3] == ["apollo", "0.250", "0.500"]


def test_what_the_gateway_may_add_is_the_larger_of_both() -> None:
    assert "within" in added_table("x", {HERE: [sample(0, 1.3)], DIRECT: [sample(0, 1.0)]})
    assert "OVER" in added_table("x", {HERE: [sample(0, 1.5)], DIRECT: [sample(0, 1.0)]})
    assert "within" in added_table("x", {HERE: [sample(0, 12.9)], DIRECT: [sample(0, 10.0)]})
    assert "OVER" in added_table("x", {HERE: [sample(0, 13.1)], DIRECT: [sample(0, 10.0)]})
