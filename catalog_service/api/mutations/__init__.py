"""Changing the catalog.

Each root field is one transaction, committed when its ``writing`` block ends and so before its
selection is resolved.
"""

import strawberry

from catalog_service.api.mutations.images import ImageMutations
from catalog_service.api.mutations.invitations import InvitationMutations
from catalog_service.api.mutations.moderation import ModerationMutations
from catalog_service.api.mutations.offers import OfferMutations
from catalog_service.api.mutations.places import PlaceMutations
from catalog_service.api.mutations.reservations import ReservationMutations
from catalog_service.api.mutations.schedules import ScheduleMutations


@strawberry.type(description="Changing.")
class Mutation(
    PlaceMutations,
    InvitationMutations,
    OfferMutations,
    ImageMutations,
    ScheduleMutations,
    ReservationMutations,
    ModerationMutations,
):
    """Root fields of the catalog subgraph."""
