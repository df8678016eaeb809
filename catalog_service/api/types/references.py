"""The types of the graph as they refer to each other: all ways lead around, so names come late."""

from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

if TYPE_CHECKING:
    from catalog_service.api.types.activity import Activity
    from catalog_service.api.types.connections import OfferConnection
    from catalog_service.api.types.invitation import Invitation
    from catalog_service.api.types.offer import Offer
    from catalog_service.api.types.partnership import Partnership
    from catalog_service.api.types.place import Place
    from catalog_service.api.types.reservation import Reservation
    from catalog_service.api.types.schedule import Schedule
    from catalog_service.api.types.user import User

_TYPES = "catalog_service.api.types"

ActivityRef: TypeAlias = Annotated["Activity", strawberry.lazy(f"{_TYPES}.activity")]
OfferConnectionRef: TypeAlias = Annotated[
    "OfferConnection", strawberry.lazy(f"{_TYPES}.connections")
]
InvitationRef: TypeAlias = Annotated["Invitation", strawberry.lazy(f"{_TYPES}.invitation")]
OfferRef: TypeAlias = Annotated["Offer", strawberry.lazy(f"{_TYPES}.offer")]
PartnershipRef: TypeAlias = Annotated["Partnership", strawberry.lazy(f"{_TYPES}.partnership")]
PlaceRef: TypeAlias = Annotated["Place", strawberry.lazy(f"{_TYPES}.place")]
ReservationRef: TypeAlias = Annotated["Reservation", strawberry.lazy(f"{_TYPES}.reservation")]
ScheduleRef: TypeAlias = Annotated["Schedule", strawberry.lazy(f"{_TYPES}.schedule")]
UserRef: TypeAlias = Annotated["User", strawberry.lazy(f"{_TYPES}.user")]
