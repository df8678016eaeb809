"""Messages between the processes: what is read is what was written."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, field
from typing import Any

from gateway.preparation import PreparationCore
from gateway.preparation.frames import pack, read_blocking, read_message
from gateway.preparation.jobs import PrepareJob
from gateway.supergraph import load_supergraph
from tests.gateway.differential.cases import SHOP
from tests.testkit.differential import POLICY, supergraph_of


@dataclass(frozen=True, slots=True)
class Plain:
    """Made again by its arguments."""

    name: str
    inner: Any = None


@dataclass
class Derived:
    """Made again in its own way: its state is not what it is called with."""

    number: int
    double: int = field(init=False)

    def __post_init__(self) -> None:
        self.double = 2 * self.number


@dataclass(kw_only=True)
class Named:
    """The same: called by names."""

    number: int


def both_ways(message: Any) -> Any:
    return read_blocking(io.BytesIO(pack(message)))


async def test_a_whole_preparation_comes_back_equal() -> None:
    core = PreparationCore(load_supergraph(supergraph_of(SHOP)), POLICY.limits)
    text = """query Q($n: Int = 3, $deep: Boolean!) {
      __typename top(first: $n) { name shipping(zone: 2) reviews @include(if: $deep) { body } }
      search { ... on Review { author { email } } ... on Product { warehouse { city } } }
    }"""
    parts = PrepareJob(0, text, None, frozenset(), {}).run(core)
    assert both_ways(parts) == parts
    reader = asyncio.StreamReader()
    reader.feed_data(pack(parts))
    assert await read_message(reader) == parts


def test_dataclasses_of_all_kinds() -> None:
    derived = Derived(2)
    derived.double = 5
    message = [Plain("a", Plain("b")), derived, Named(number=7), {"key": (Plain("c"),)}]
    assert both_ways(message) == message


def test_what_was_one_object_stays_one() -> None:
    shared = Plain("shared")
    one, other = both_ways([Plain("a", shared), Plain("b", shared)])
    assert one.inner is other.inner
