"""Strawberry's field decorators with types that a strict checker accepts."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def field(description: str) -> Callable[[Resolver], Resolver]:
    """A field whose resolver is the decorated method; ``description`` is what clients read."""
    return cast("Callable[[Resolver], Resolver]", strawberry.field(description=description))


def mutation(description: str) -> Callable[[Resolver], Resolver]:
    """A mutation's field, likewise."""
    return cast("Callable[[Resolver], Resolver]", strawberry.mutation(description=description))
