"""Pages of offers and places, which also tell how many there are in all."""

from typing import cast

import strawberry

from catalog_service.api.types.references import OfferRef, PlaceRef
from catalog_service.repository.paging import MOST_COUNTED, AtLeast
from shared.graphql.fields import field
from shared.pagination.connections import Connection, Counted

_COUNT = (
    f"How many there are on all pages together, counted up to {MOST_COUNTED}; whether there are "
    "more, `totalCountIsExact` tells."
)
_EXACT = (
    f"Whether `totalCount` is all; false says that there are more, or may be: counting ends at "
    f"{MOST_COUNTED}, and where many would have to be looked at for few."
)


def _is_exact(count: int) -> bool:
    return count <= MOST_COUNTED and not isinstance(count, AtLeast)


@strawberry.type(name="OfferConnection", description="One page of a list.")
class OfferConnection(Connection[OfferRef]):
    """One page of offers."""

    @field(_COUNT, weight=10)
    async def total_count(self) -> int | None:
        return min(int(await cast("Counted", self).count()), MOST_COUNTED)

    @field(_EXACT, weight=10)
    async def total_count_is_exact(self) -> bool | None:
        return _is_exact(await cast("Counted", self).count())


@strawberry.type(name="PlaceConnection", description="One page of a list.")
class PlaceConnection(Connection[PlaceRef]):
    """One page of places."""

    @field(_COUNT, weight=10)
    async def total_count(self) -> int | None:
        return min(int(await cast("Counted", self).count()), MOST_COUNTED)

    @field(_EXACT, weight=10)
    async def total_count_is_exact(self) -> bool | None:
        return _is_exact(await cast("Counted", self).count())
