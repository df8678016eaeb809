"""Each file of ``gateway/composition/directives`` is whole: found, well formed, tried in a case."""

from __future__ import annotations

import pkgutil
import re

import pytest
from graphql import DirectiveDefinitionNode, parse

from gateway.composition import CompositionFailed
from gateway.composition import directives as folder
from gateway.composition.directives import carried, directives, scalars
from gateway.composition.facts import SubgraphFacts
from gateway.composition.federation1 import upgrade_federation1
from gateway.composition.reading.read import read_subgraphs
from gateway.composition.specification.directive import Check, Directive
from gateway.composition.specification.federation import NEWEST
from tests.gateway.composition.case_files import Case, all_cases

COMPOSED = [case.path.read_text(encoding="utf-8") for case in all_cases("composed")]
REFUSED = all_cases("refused")


def by_name(directive: Directive) -> str:
    return directive.name


def applied(name: str, text: str) -> bool:
    return re.search(rf"@{name}\b", text.partition("#--- supergraph")[0]) is not None


def test_every_file_of_the_folder_is_the_directive_it_is_called_after() -> None:
    files = {file.name for file in pkgutil.iter_modules(folder.__path__)}
    assert files == {re.sub("([A-Z])", r"_\1", d.name).lower() for d in directives()}
    assert len(files) == len(directives())


@pytest.mark.parametrize("directive", directives(), ids=by_name)
def test_each_definition_is_graphql_and_newer_than_the_one_before(directive: Directive) -> None:
    versions = [definition.since for definition in directive.definitions]
    assert versions == sorted(set(versions))
    assert versions[-1] <= NEWEST
    for definition in directive.definitions:
        used = set(re.findall(r"\{(\w+)\}", definition.sdl))
        assert used == set(directive.scalars)
        plain = re.sub(r"\{(\w+)\}", r"\1", definition.sdl)
        [node] = parse(f"directive @{directive.name}{plain}").definitions
        assert isinstance(node, DirectiveDefinitionNode)


@pytest.mark.parametrize("directive", carried(), ids=by_name)
def test_its_definition_in_a_supergraph_bears_the_name_it_has_there(directive: Directive) -> None:
    defined = parse(directive.supergraph_sdl(directive.name)).definitions
    names = {node.name.value for node in defined if isinstance(node, DirectiveDefinitionNode)}
    assert directive.name in names


def test_a_scalar_is_one_thing_to_all_directives_that_use_it() -> None:
    for directive in directives():
        for name, since in directive.scalars.items():
            assert scalars()[name] == since


@pytest.mark.parametrize("directive", directives(), ids=by_name)
def test_a_case_composes_with_it(directive: Directive) -> None:
    cases = [text for text in COMPOSED if applied(directive.name, text)]
    assert cases
    if directive.carried:
        written = rf"@{directive.name}\b"
        assert any(re.search(written, text.partition("#--- supergraph")[2]) for text in cases)


CHECKS = [(directive.name, check) for directive in directives() for check in directive.checks]


@pytest.mark.parametrize(("name", "check"), CHECKS, ids=[name for name, _ in CHECKS])
def test_a_case_is_refused_by_each_of_its_checks(name: str, check: Check) -> None:
    cases = [case for case in REFUSED if applied(name, case.path.read_text(encoding="utf-8"))]
    assert any(error for case in cases for facts in facts_of(case) for error in check(facts))


def facts_of(case: Case) -> list[SubgraphFacts]:
    try:
        subgraphs = upgrade_federation1(read_subgraphs(case.sources))
    except CompositionFailed:
        return []
    return [SubgraphFacts(subgraph) for subgraph in subgraphs]
