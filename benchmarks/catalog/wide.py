"""What ``scale`` does not ask: three filters, counts, odd words, areas, deep pages, own lists."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, TypeAlias

from benchmarks.catalog import own_lists
from benchmarks.catalog.database import catalogs_with
from benchmarks.catalog.growth import (
    Growth,
    Question,
    count_of,
    deep_growth,
    growths,
    opened,
    page_of,
    show,
)
from benchmarks.catalog.people import ADMIN, fill
from benchmarks.catalog.scale import filters
from catalog_service.domain.offers import OfferStatus
from catalog_service.domain.search import OfferOrder, OfferSearch
from shared.database import Database

Kind: TypeAlias = Callable[[Sequence[Database], int], Awaitable[list[Growth]]]

SEED = 3
THREES = 250
USUAL_ORDERS = (
    OfferOrder.PICKUP_START,
    OfferOrder.PRICE,
    OfferOrder.NEWEST,
    OfferOrder.DISCOUNT,
)
WORDS = (
    "2kg", "2 kg", "500 g", "1,5l", "fresh bread", "bread today", "enough for 4", "cake 12345",
    "b", "br", "bre", "bread house 7", "croissnt", "brd", "the",
)  # fmt: skip
LONG = (
    "text, frequent", "text, a place", "diet, frequent", "tag, frequent", "without gluten",
    "price, low", "available", "category, frequent", "near, 50 km", "box, half", "pickup, today",
    "sold out",
)  # fmt: skip


def threes() -> Mapping[str, Question]:
    """Three filters and an order, drawn; the same each time."""
    chance, named = random.Random(SEED), filters()
    found: dict[str, Question] = {}
    while len(found) < THREES:
        names = chance.sample(list(named), 3)
        given = _joined(*[named[name] for name in names])
        if given is not None:
            order = chance.choice(USUAL_ORDERS)
            search = OfferSearch(order=order, **given)
            found[f"{' + '.join(names)} by {order}"] = page_of(search)
    return found


def counts() -> Mapping[str, Question]:
    """``totalCount`` of each filter, and of each pair."""
    named = filters()
    found = {f"count of {name}": count_of(OfferSearch(**given)) for name, given in named.items()}
    for one, other in combinations(named, 2):
        given = _joined(named[one], named[other])
        if given is not None:
            found[f"count of {one} + {other}"] = count_of(OfferSearch(**given))
    return found


def words() -> Mapping[str, Question]:
    """Quantities, one letter, mistyped and frequent words."""
    found: dict[str, Question] = {}
    for text in WORDS:
        for order in (OfferOrder.PICKUP_START, OfferOrder.RELEVANCE, OfferOrder.PRICE):
            found[f"{text!r} by {order}"] = page_of(OfferSearch(text=text, order=order))
        found[f"count of {text!r}"] = count_of(OfferSearch(text=text))
    return found


def areas() -> Mapping[str, Question]:
    """Circles and boxes in every order."""
    return {
        f"{name} by {order}": page_of(OfferSearch(order=order, **given))
        for name, given in filters().items()
        if name.startswith(("near", "box"))
        for order in (*USUAL_ORDERS, *[OfferOrder.DISTANCE] * ("near" in given))
    }


async def _deep_pages(databases: Sequence[Database], _runs: int) -> list[Growth]:
    """The hundredth page; for an admin, of all there is."""
    found = [await deep_growth(databases, *each) for each in _long_lists()]
    everything = OfferSearch(statuses=tuple(OfferStatus))
    return [*found, await deep_growth(databases, "all statuses", everything, ADMIN)]


def _asking(questions: Callable[[], Mapping[str, Question]]) -> Kind:
    return lambda databases, runs: growths(databases, questions(), runs)


KINDS: Mapping[str, Kind] = {
    "three": _asking(threes),
    "count": _asking(counts),
    "words": _asking(words),
    "near": _asking(areas),
    "lists": _asking(own_lists.questions),
    "deep": _deep_pages,
}


async def measure(kinds: Sequence[str], offers: Sequence[int], runs: int) -> None:
    """Print the tables of these kinds for two catalogs made for it."""
    async with catalogs_with(*offers) as urls:
        if "lists" in kinds:
            for url in urls:
                await fill(url)
        await compare(urls, kinds, runs)


async def compare(urls: Sequence[str], kinds: Sequence[str], runs: int) -> None:
    """Print them for two catalogs that are there."""
    async with opened(urls) as databases:
        for kind in kinds:
            show(await KINDS[kind](databases, runs), f"of {kind}")


def _long_lists() -> Iterator[tuple[str, OfferSearch]]:
    """What many offers fulfil."""
    named = filters()
    for name in LONG:
        for order in USUAL_ORDERS:
            yield f"{name} by {order}", OfferSearch(order=order, **named[name])
    for name, order in (
        ("near, 50 km", OfferOrder.DISTANCE),
        ("text, frequent", OfferOrder.RELEVANCE),
    ):
        yield f"{name} by {order}", OfferSearch(order=order, **named[name])


def _joined(*given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """All these conditions; None where two of them say different things of the same."""
    joined = {name: value for each in given for name, value in each.items()}
    return joined if len(joined) == sum(map(len, given)) else None
