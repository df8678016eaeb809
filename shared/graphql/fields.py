"""Strawberry's field decorators with types that a strict checker accepts.

``authenticated`` puts the Federation directive @authenticated on the field: a gateway does not even
ask for it on behalf of callers without a valid access token. The service checks all the same.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, TypeVar, cast

import strawberry
from strawberry.federation.schema_directives import Authenticated, Cost, ListSize

from shared.graphql.plain import TOGETHER

Together: TypeAlias = Callable[[Any, Sequence[Any]], Awaitable[Sequence[Any]]]
"""From the request's context and parents to the values of a field."""

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def field(
    description: str,
    *,
    authenticated: bool = False,
    paged: bool = False,
    about: int | None = None,
    weight: int | None = None,
    together: Together | None = None,
) -> Callable[[Resolver], Resolver]:
    """A field whose resolver is the decorated method; ``description`` is what clients read.

    What a gateway may know of its cost: ``paged`` for a connection, as long as its ``first``;
    ``about`` for a list without pages, as long as it usually is; ``weight`` for what takes the
    service more than an object does.

    ``together``: gives the values for many parents at once, in their order, None where the resolver
    should say what is wrong. Lists whose every field below is plain are answered by it.
    """
    directives: list[object] = [Authenticated()] if authenticated else []
    if paged:
        directives.append(
            ListSize(assumed_size=20, slicing_arguments=["first"], sized_fields=["edges"])
        )
    if about is not None:
        directives.append(list_of(about))
    if weight is not None:
        directives.append(Cost(weight=weight))
    metadata = {} if together is None else {TOGETHER: together}
    made = strawberry.field(description=description, directives=directives, metadata=metadata)
    return cast("Callable[[Resolver], Resolver]", made)


def list_of(size: int) -> ListSize:
    """How long a list without pages may be taken to be."""
    return ListSize(
        assumed_size=size,
        slicing_arguments=[],
        sized_fields=[],
        require_one_slicing_argument=False,  # routers demand one of none otherwise
    )


def mutation(description: str, *, authenticated: bool = False) -> Callable[[Resolver], Resolver]:
    """A mutation's field, likewise."""
    directives = [Authenticated()] if authenticated else []
    made = strawberry.mutation(description=description, directives=directives)
    return cast("Callable[[Resolver], Resolver]", made)
