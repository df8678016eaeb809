"""Parts of composition that golden cases do not show well: names, texts, sizes."""

from __future__ import annotations

import re

import pytest

from gateway.composition import (
    CompositionError,
    CompositionFailed,
    SubgraphSource,
    compose,
    render_errors,
)
from gateway.composition.errors import name_subgraphs
from gateway.composition.field_sets import parse_field_set, render_field_set
from gateway.composition.merging.state import Merging
from gateway.composition.printing.supergraph import join_version
from gateway.composition.reading.links import BadLink, parse_link_url
from gateway.composition.reading.read import name_graphs, read_subgraphs
from gateway.composition.satisfiability.check import check_satisfiability

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
    'import: ["@key", "@external", "@requires", "@override"])\n'
)


def source(name: str, sdl: str) -> SubgraphSource:
    return SubgraphSource(name, f"http://{name}.example", LINK + sdl)


@pytest.mark.parametrize(
    ("names", "graphs"),
    [
        (["auth", "catalog"], ["AUTH", "CATALOG"]),
        (["a-b", "a_b", "a.b"], ["A_B_1", "A_B_2", "A_B_3"]),
        (["1st"], ["_1ST"]),
        (["v_2"], ["V_2_"]),
        (["köln"], ["K_LN"]),
    ],
)
def test_names_of_graphs(names: list[str], graphs: list[str]) -> None:
    assert name_graphs(names) == graphs


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("id", "id"),
        ("{ id }", "id"),
        ("  a   b{c  d{ e }}", "a b { c d { e } }"),
        ("... on T{x}", "... on T { x }"),
        ("... { x }", "... { x }"),
        ("x(unit: CM, n: 3) y: z", "x(unit: CM, n: 3) y: z"),
    ],
)
def test_field_sets_render_as_they_read(text: str, rendered: str) -> None:
    assert render_field_set(parse_field_set(text)) == rendered


@pytest.mark.parametrize(
    "url", ["", "tag", "https://specs.apollo.dev/", "https://specs.apollo.dev/tag/one"]
)
def test_a_link_without_a_version_is_no_link(url: str) -> None:
    with pytest.raises(BadLink):
        parse_link_url(url)


def test_a_link_taken_apart() -> None:
    url = parse_link_url("https://specs.apollo.dev/tag/v0.3/")
    assert (url.identity, url.name, url.major, url.minor) == (
        "https://specs.apollo.dev/tag",
        "tag",
        0,
        3,
    )
    assert str(url) == "https://specs.apollo.dev/tag/v0.3"


@pytest.mark.parametrize(
    ("federation", "join"),
    [((1, 0), "0.3"), ((2, 6), "0.3"), ((2, 7), "0.4"), ((2, 8), "0.5"), ((2, 12), "0.5")],
)
def test_the_join_version_a_federation_version_needs(
    federation: tuple[int, int], join: str
) -> None:
    assert join_version(federation) == join


def test_subgraphs_in_a_sentence() -> None:
    assert name_subgraphs(["a"]) == 'subgraph "a"'
    assert name_subgraphs(["a", "b", "c"]) == 'subgraphs "a", "b" and "c"'


def test_errors_for_a_terminal() -> None:
    errors = [
        CompositionError("FIRST", "One line.", subgraphs=("a", "b"), hint="Mend it."),
        CompositionError("SECOND", "Two\nlines."),
    ]
    assert (
        render_errors(errors)
        == "FIRST  (a, b)\n  One line.\n  → Mend it.\n\nSECOND\n  Two\n  lines."
    )
    assert str(errors[0]) == "FIRST: One line."
    assert str(CompositionFailed(errors)) == render_errors(errors)


def test_two_subgraphs_of_one_name() -> None:
    with pytest.raises(CompositionFailed) as failed:
        read_subgraphs([source("a", "type Query { x: Int }"), source("a", "type Query { y: Int }")])
    assert [error.code for error in failed.value.errors] == ["INVALID_SUBGRAPH_NAME"]


def test_every_subgraph_s_errors_are_told_at_once() -> None:
    with pytest.raises(CompositionFailed) as failed:
        compose([source("a", "type Query { x: Missing }"), source("b", "type Query {")])
    assert [error.subgraphs for error in failed.value.errors] == [("a",), ("b",)]


def test_no_subgraphs_at_all() -> None:
    with pytest.raises(CompositionFailed) as failed:
        compose([])
    assert [error.code for error in failed.value.errors] == ["NO_QUERIES"]


def test_many_labels_on_the_way_from_each_type_to_each_other() -> None:
    """72 labels that every path can meet in any order: far too many to try together."""
    types = range(9)

    def subgraph(override: str) -> str:
        return " ".join(
            f'type T{here} @key(fields: "id") {{ id: ID! '
            + " ".join(
                f"f{there}: T{there} {override.format(here=here, there=there)}"
                for there in types
                if there != here
            )
            + " }"
            for here in types
        )

    moving = subgraph('@override(from: "a", label: "l{here}-{there}")')
    composed = compose(
        [source("a", f"type Query {{ t: T0 }} {subgraph('')}"), source("b", moving)],
    )
    labels = set(re.findall(r'overrideLabel: "(.+?)"', composed.supergraph_sdl))
    assert len(labels) == 72


def test_nothing_merged_needs_nothing_satisfied() -> None:
    merged = Merging(())
    check_satisfiability(merged)
    assert merged.errors == []
