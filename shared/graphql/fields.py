"""Strawberry's field decorators with types that a strict checker accepts.

``authenticated`` puts the Federation directive @authenticated on the field: a gateway does not even
ask for it on behalf of callers without a valid access token. The service checks all the same.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry
from strawberry.federation.schema_directives import Authenticated

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def field(description: str, *, authenticated: bool = False) -> Callable[[Resolver], Resolver]:
    """A field whose resolver is the decorated method; ``description`` is what clients read."""
    directives = [Authenticated()] if authenticated else []
    made = strawberry.field(description=description, directives=directives)
    return cast("Callable[[Resolver], Resolver]", made)


def mutation(description: str, *, authenticated: bool = False) -> Callable[[Resolver], Resolver]:
    """A mutation's field, likewise."""
    directives = [Authenticated()] if authenticated else []
    made = strawberry.mutation(description=description, directives=directives)
    return cast("Callable[[Resolver], Resolver]", made)
