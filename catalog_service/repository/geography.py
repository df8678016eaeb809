"""Distances on the globe, by earthdistance (a sphere: within 0.5 % of the truth)."""

from sqlalchemy import ColumnElement, Double, and_, func

from catalog_service.domain.places import Nearby
from catalog_service.repository.rows import place

_HERE = func.ll_to_earth(place.latitude, place.longitude)


def distance_m(near: Nearby) -> ColumnElement[float]:
    """Metres from the circle's centre to the place."""
    centre = func.ll_to_earth(near.latitude, near.longitude)
    return func.earth_distance(centre, _HERE, type_=Double())


def is_within(near: Nearby) -> ColumnElement[bool]:
    """Whether the place lies in the circle: the box uses the index, the distance cuts corners."""
    metres = near.radius_km * 1000
    centre = func.ll_to_earth(near.latitude, near.longitude)
    box = func.earth_box(centre, metres)
    return and_(box.op("@>")(_HERE), distance_m(near) <= metres)
