"""Which places are meant: of a kind, in a box, in a circle.

Distances are by earthdistance: a sphere, within 0.5 % of the truth.
"""

from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Double, Text, and_, any_, bindparam, func, or_

from catalog_service.domain.places import Box, Nearby
from catalog_service.domain.search import OfferSearch, PlaceSearch
from catalog_service.repository.rows import place

_HERE = func.ll_to_earth(place.latitude, place.longitude)


def distance_m(near: Nearby) -> ColumnElement[float]:
    """Metres from the circle's centre to the place."""
    return func.earth_distance(_centre(near), _HERE, type_=Double())


def kilometres(metres: float) -> float:
    """As clients read it: exact to the metre."""
    return round(metres / 1000, 3)


def is_inside(search: OfferSearch | PlaceSearch) -> list[ColumnElement[bool]]:
    """Whether the place is meant: in the circle and in the box, and of one of the kinds."""
    conditions: list[ColumnElement[bool]] = []
    if search.near is not None:
        conditions.append(_is_within(search.near))
    if search.box is not None:
        conditions.append(_is_in(search.box))
    if search.categories is not None:
        kinds = bindparam("categories", area_values(search)["categories"], ARRAY(Text))
        conditions.append(place.category == any_(kinds))
    if conditions and isinstance(search, OfferSearch) and search.currency is not None:
        # offers are priced in their place's: a rare one leaves few places
        conditions.append(place.currency == bindparam("currency", search.currency, Text()))
    return conditions


def _is_within(near: Nearby) -> ColumnElement[bool]:
    """The cube uses the index, the distance cuts its corners."""
    metres: ColumnElement[float] = bindparam("metres", near.radius_km * 1000, Double())
    cube = func.earth_box(_centre(near), metres)
    return and_(cube.op("@>")(_HERE), distance_m(near) <= metres)


def _is_in(box: Box) -> ColumnElement[bool]:
    def side(name: str) -> ColumnElement[float]:
        return bindparam(name, getattr(box, name), Double())

    east_of, west_of = place.longitude >= side("west"), place.longitude <= side("east")
    between = or_(east_of, west_of) if box.crosses_the_date_line else and_(east_of, west_of)
    return and_(place.latitude.between(side("south"), side("north")), between)


def area_values(search: OfferSearch | PlaceSearch) -> dict[str, Any]:
    """What these bind, by name."""
    near, box = search.near, search.box
    values: dict[str, Any] = {}
    if search.categories is not None:
        values["categories"] = [category.value for category in search.categories]
    if near is not None:
        values |= {"latitude": near.latitude, "longitude": near.longitude}
        values["metres"] = near.radius_km * 1000
    if box is not None:
        values |= {"south": box.south, "north": box.north, "west": box.west, "east": box.east}
    return values


def _centre(near: Nearby) -> ColumnElement[Any]:
    return func.ll_to_earth(
        bindparam("latitude", near.latitude, Double()),
        bindparam("longitude", near.longitude, Double()),
    )
