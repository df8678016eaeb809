"""A small subgraph for tests of the plumbing."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar

import strawberry
from strawberry.dataloader import DataLoader
from strawberry.types import Info

from shared.errors import Conflict, RateLimited, Unavailable
from shared.graphql import RequestContext, SubgraphSchema, require_user
from shared.graphql.entities import parse_key
from shared.graphql.scalars import parse_uuid

IDS = [uuid.UUID(int=number) for number in range(1, 200)]


class Poor(Exception):
    """A domain error of this subgraph."""

    code: ClassVar[str] = "POOR"

    def extensions(self) -> Mapping[str, Any]:
        return {"missing": 3}


@strawberry.enum
class Color(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.federation.type(keys=["id"])
class Thing:
    """An entity."""

    id: uuid.UUID
    made: datetime
    price: Decimal
    color: Color
    name: str | None
    size: int
    tags: list[str]
    needed: str

    @strawberry.field
    def shout(self) -> str | None:
        return self.name and self.name.upper()

    @strawberry.field
    async def later(self) -> str:
        return f"later {self.size}"

    @classmethod
    async def resolve_reference(cls, info: Info[Any, None], id: str) -> "Thing | None":  # noqa: A002
        loader: DataLoader[uuid.UUID, Thing | None] = info.context.things
        return await loader.load(parse_key(parse_uuid, id))


def thing(number: int = 1, **changes: Any) -> Thing:
    """A thing; ``needed`` may be made None, which its type forbids."""
    values: dict[str, Any] = {
        "id": uuid.UUID(int=number),
        "made": datetime(2026, 11, 23, 18, tzinfo=UTC),
        "price": Decimal("3.5"),
        "color": Color.RED,
        "name": f"thing {number}",
        "size": number,
        "tags": ["a", "b"],
        "needed": "n",
    }
    return Thing(**{**values, **changes})


@dataclass(slots=True, kw_only=True)
class GraphContext(RequestContext):
    """``batches`` notes what was loaded together."""

    batches: list[Sequence[uuid.UUID]] = field(default_factory=list)
    things: DataLoader[uuid.UUID, Thing | None] = field(init=False)

    def __post_init__(self) -> None:
        async def load_many(ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Thing]:
            self.batches.append(ids)
            return {id_: thing(id_.int) for id_ in ids if id_ in IDS}

        self.things = self.loads.loader(load_many)


@strawberry.type
class Query:
    @strawberry.field
    def things(self, first: int = 3) -> list[Thing]:
        return [thing(number) for number in range(1, first + 1)]

    @strawberry.field
    def incomplete(self) -> Thing | None:
        broken: Any = None
        return thing(needed=broken)

    @strawberry.field
    def nameless(self) -> Thing | None:
        return thing(name=None)

    @strawberry.field
    def crash(self) -> int | None:
        raise KeyError("SELECT secret FROM host.internal")

    @strawberry.field
    def conflict(self) -> int | None:
        raise Conflict("Too few.", minimum=4)

    @strawberry.field
    def limited(self) -> int | None:
        raise RateLimited(7)

    @strawberry.field
    def away(self) -> int | None:
        raise Unavailable

    @strawberry.field
    def poor(self) -> int | None:
        raise Poor("You are poor.")

    @strawberry.field
    def echo(
        self,
        number: int | None = None,
        id: uuid.UUID | None = None,  # noqa: A002
        price: Decimal | None = None,
        text: str | None = None,
        color: Color | None = None,
    ) -> str | None:
        return f"{number} {id} {price} {text}"

    @strawberry.field
    def mine(self, info: Info[Any, None]) -> str | None:
        return str(require_user(info.context.caller).user_id)

    @strawberry.field
    def who(self, info: Info[Any, None]) -> str:
        return f"{info.context.caller.subject} {info.context.client_ip} {info.context.request_id}"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def sign_in(self, password: str) -> str | None:
        return str(len(password))


def make_schema(**options: Any) -> SubgraphSchema:
    """A new schema with caches of its own."""
    return SubgraphSchema(query=Query, mutation=Mutation, types=[Thing], **options)
