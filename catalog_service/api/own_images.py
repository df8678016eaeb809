"""Addresses of pictures kept here: absolute for clients, by their path in the database."""

from typing import TypeAlias

from catalog_service.core.image_links import ImageLinks
from catalog_service.schemas.offers import CreateOfferInput, UpdateOfferInput
from catalog_service.schemas.schedules import CreateScheduleInput, UpdateScheduleInput

NamesImages: TypeAlias = (
    CreateOfferInput | UpdateOfferInput | CreateScheduleInput | UpdateScheduleInput
)


def use_stored_urls(links: ImageLinks, given: NamesImages) -> None:
    """Put the input's own addresses into the form in which they are stored."""
    if given.image_urls:  # neither absent, nor null, nor none
        given.image_urls = links.stored(given.image_urls)
