"""What a list refers to is loaded for all of it at once, and answered as if it were one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import strawberry
from strawberry.federation import Schema as PlainSchema

from shared.graphql import SubgraphSchema
from shared.graphql.fields import field


@dataclass
class Loaded:
    """Which owners were asked for together, and which one by one."""

    together: list[Sequence[int]]
    alone: list[int]


@strawberry.type
class Owner:
    number: int
    name: str

    @strawberry.field
    def greeting(self) -> str:
        return f"I am {self.name}"


def owner(number: int) -> Owner:
    """Of 3 and 13 nothing is known, and the name of 7 is missing."""
    if number % 10 == 3:
        raise LookupError(f"no owner {number}")
    missing: Any = None
    return Owner(number=number, name=missing if number == 7 else f"owner {number}")


async def owners_of(loaded: Loaded, boxes: Sequence[Box]) -> Sequence[Owner | None]:
    numbers = [box.number for box in boxes]
    loaded.together.append(numbers)
    if 99 in numbers:
        raise LookupError("no owners at all")
    return [None if number % 10 == 3 else owner(number) for number in numbers]


@strawberry.type
class Box:
    number: int

    @field("Whose it is.", together=owners_of)
    async def owner(self, info: strawberry.Info[Loaded, None]) -> Owner | None:
        info.context.alone.append(self.number)
        return owner(self.number)

    @field("Whose it must be.", together=owners_of)
    async def holder(self, info: strawberry.Info[Loaded, None]) -> Owner:
        info.context.alone.append(self.number)
        return owner(self.number)

    @strawberry.field
    def label(self) -> str:
        return f"box {self.number}"


@strawberry.type
class Shelf:
    name: str
    boxes: list[Box]
    spare: list[Box | None]
    best: Box | None
    first: Box


def shelf(name: str, *numbers: int) -> Shelf:
    boxes = [Box(number=number) for number in numbers]
    return Shelf(name=name, boxes=boxes, spare=[None, *boxes], best=None, first=boxes[0])


FINE = [shelf("a", 1, 2), shelf("b", 4, 5)]
SOME = [shelf("a", 1, 2, 13), shelf("b", 4)]


@strawberry.type
class Hall:
    shelves: list[Shelf]


@strawberry.type
class Query:
    @strawberry.field
    def hall(self) -> Hall | None:
        return Hall(shelves=[*FINE, *SOME])

    @strawberry.field
    def shelves(self) -> list[Shelf] | None:
        return SOME

    @strawberry.field
    def fine(self) -> list[Shelf] | None:
        return FINE

    @strawberry.field
    def odd(self) -> list[Shelf] | None:
        return [shelf("c", 6, 7)]

    @strawberry.field
    def none(self) -> list[Shelf] | None:
        return [shelf("d", 8, 99)]

    @strawberry.field
    def mixed(self) -> list[Shelf] | None:
        broken: Any = LookupError("no box")
        made = shelf("e", 1, 2)
        made.boxes.append(broken)
        return [shelf("f", 5), made]


OURS = SubgraphSchema(query=Query)
THEIRS = PlainSchema(query=Query, federation_version="2.9")
BELOW = (
    "name boxes { number owner { name } }",
    "boxes { holder { number name } number } name",
    "spare { number owner { number } } best { owner { name } } first { owner { name } }",
    "spare { holder { name } } first { number }",
    "boxes { label owner { name } }",
    "boxes { owner { greeting name } }",
    "boxes { a: owner { name } b: owner { number } c: holder { number } }",
)


@pytest.mark.parametrize("root", ["shelves", "fine", "odd", "none", "mixed", "hall"])
@pytest.mark.parametrize("below", BELOW)
async def test_answers_are_those_of_one_by_one(root: str, below: str) -> None:
    below = f"shelves {{ {below} }}" if root == "hall" else below
    query = f"{{ {root} {{ {below} }} }}"
    ours = await OURS.execute(query, context_value=Loaded([], []))
    theirs = await THEIRS.execute(query, context_value=Loaded([], []))
    assert str(ours.data) == str(theirs.data)  # the order of fields too

    def told(errors: Any) -> list[tuple[str, Any]]:
        return sorted((error.message, error.path) for error in errors or [])

    # An error that nulls the list may hide its neighbours', in whatever order they are met
    if ours.data is None or ours.data[root] is None:
        assert set(map(str, told(ours.errors))) & set(map(str, told(theirs.errors)))
    else:
        assert told(ours.errors) == told(theirs.errors)


async def test_all_of_a_list_is_asked_for_once() -> None:
    loaded = Loaded([], [])
    query = "{ hall { shelves { name boxes { number owner { name } } } } }"
    result = await OURS.execute(query, context_value=loaded)
    assert result.data is not None
    assert loaded.together == [[1, 2, 4, 5, 1, 2, 13, 4]]
    assert loaded.alone == [13]


async def test_what_is_not_there_is_told_with_its_place() -> None:
    result = await OURS.execute(
        "{ hall { shelves { boxes { owner { name } } } } }", context_value=Loaded([], [])
    )
    assert [error.path for error in result.errors or []] == [
        ["hall", "shelves", 2, "boxes", 2, "owner"]
    ]
