"""What a request found is freed as it ends: nothing of ours is left for the garbage collector.

It holds the loop while it goes over everything: half a second for what a second of lists had left.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator

import pytest

from shared.http import awaited
from tests.catalog_service.kit import Catalog, Person

OFFER = "id title price { amount } place { name partnerships { partner { id } role } }"
EDGES = f"edges {{ cursor node {{ {OFFER} }} }}"
ASKED = {
    "list": f"{{ offers(first: 50) {{ {EDGES} pageInfo {{ endCursor hasNextPage }} }} }}",
    "counted": f"{{ offers {{ totalCount totalCountIsExact {EDGES} }} }}",
    "lists in a list": f"{{ places {{ edges {{ node {{ name offers {{ {EDGES} }} }} }} }} }}",
    "an error below": '{ place(id: "nonsense") { name } offers { edges { node { id } } } }',
    "forbidden": "{ reports { edges { node { id } } } }",
    "own": "{ myPlaces: places(mine: true) { edges { node { id managers: name } } } }",
}


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()


def left_by_us() -> Counter[str]:
    """What only the collector would free, by type, of our own packages."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    types = (type(each) for each in gc.garbage)
    found = Counter(f"{each.__module__}.{each.__qualname__}" for each in types)
    return Counter(
        {name: n for name, n in found.items() if name.startswith(("catalog_service", "shared"))}
    )


@pytest.mark.parametrize("name", ASKED)
async def test_requests_leave_nothing_of_ours(
    catalog: Catalog,
    owner: Person,
    name: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also of requests that take long enough to look whether anybody waits."""
    monkeypatch.setattr(awaited, "PATIENCE_SECONDS", 0.0)
    place = await catalog.open_place(owner)
    for _ in range(3):
        await catalog.publish_offer(owner, place)
    for asking in (None, owner):
        await catalog.ask(asking, ASKED[name])
    request.getfixturevalue("no_collector")
    for asking in (None, owner):
        for _ in range(3):
            await catalog.ask(asking, ASKED[name])
    assert left_by_us() == Counter()
