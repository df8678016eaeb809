"""Distances on the globe, by earthdistance (a sphere: within 0.5 % of the truth)."""

from typing import Any

from sqlalchemy import ColumnElement, Double, and_, bindparam, func

from catalog_service.domain.places import Nearby
from catalog_service.repository.rows import place

_HERE = func.ll_to_earth(place.latitude, place.longitude)


def distance_m(near: Nearby) -> ColumnElement[float]:
    """Metres from the circle's centre to the place."""
    return func.earth_distance(_centre(near), _HERE, type_=Double())


def is_within(near: Nearby) -> ColumnElement[bool]:
    """Whether the place lies in the circle: the box uses the index, the distance cuts corners."""
    metres: ColumnElement[float] = bindparam("metres", near.radius_km * 1000, Double())
    box = func.earth_box(_centre(near), metres)
    return and_(box.op("@>")(_HERE), distance_m(near) <= metres)


def near_values(near: Nearby) -> dict[str, float]:
    """What both bind, by name."""
    return {
        "latitude": near.latitude,
        "longitude": near.longitude,
        "metres": near.radius_km * 1000,
    }


def _centre(near: Nearby) -> ColumnElement[Any]:
    return func.ll_to_earth(
        bindparam("latitude", near.latitude, Double()),
        bindparam("longitude", near.longitude, Double()),
    )
