"""The subgraph's schema: described throughout, nullable where one failure must not spread."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
    is_non_null_type,
    is_specified_scalar_type,
)

from catalog_service.api.schema import schema

CORE: GraphQLSchema = schema._schema
FEDERATION = {"_Any", "_Entity", "_Service", "_entities", "_service"}


def _is_federations(name: str) -> bool:
    return name.startswith("_") or "__" in name


def undescribed() -> Iterator[str]:
    for name, type_ in CORE.type_map.items():
        if is_introspection_type(type_) or is_specified_scalar_type(type_) or _is_federations(name):
            continue
        if not type_.description:
            yield name
        if isinstance(type_, GraphQLEnumType):
            yield from (f"{name}.{v}" for v, value in type_.values.items() if not value.description)
        if isinstance(type_, GraphQLObjectType | GraphQLInputObjectType):
            for field_name, field in type_.fields.items():
                if field_name in FEDERATION:
                    continue
                if not field.description:
                    yield f"{name}.{field_name}"
                for argument_name, argument in getattr(field, "args", {}).items():
                    if not argument.description:
                        yield f"{name}.{field_name}({argument_name})"


def test_everything_is_described() -> None:
    assert list(undescribed()) == []


def test_every_root_field_is_nullable() -> None:
    roots = [CORE.query_type, CORE.mutation_type]
    strict = [
        field_name
        for root in roots
        if root is not None
        for field_name, field in root.fields.items()
        if is_non_null_type(field.type) and field_name not in FEDERATION
    ]
    assert strict == []


def test_what_the_auth_service_knows_is_nullable() -> None:
    for type_name, field_name in (("Partnership", "partner"), ("Reservation", "user")):
        type_ = CORE.type_map[type_name]
        assert isinstance(type_, GraphQLObjectType)
        assert not is_non_null_type(type_.fields[field_name].type)


def test_the_surface_is_the_design() -> None:
    assert CORE.query_type is not None
    assert CORE.mutation_type is not None
    assert set(CORE.query_type.fields) - FEDERATION == {
        *("offers", "offer", "place", "places", "myPlaces", "myStats", "reservation"),
        "schedule",
        "myInvitations",
        "reports",
    }
    assert set(CORE.mutation_type.fields) == {
        *("createPlace", "updatePlace", "closePlace", "linkPartner", "updatePartnership"),
        "acceptPartnership",
        *("invitePartner", "acceptInvitation", "declineInvitation", "cancelInvitation"),
        *("createOffer", "copyOffer", "updateOffer", "setOfferStatus", "deleteOffer"),
        *("sellAtCounter", "createImageUpload"),
        *("createSchedule", "updateSchedule", "pauseSchedule", "resumeSchedule"),
        *("skipDay", "unskipDay", "deleteSchedule"),
        *("reserveOffer", "changeReservation", "cancelReservation", "confirmPickup"),
        *("reportOffer", "closeReport", "takeDownOffer", "restoreOffer"),
        *("takeDownPlace", "restorePlace"),
    }
    sdl = schema.as_str()
    for entity in ("Offer", "Place", "Reservation", "Partnership", "User"):
        assert f'type {entity} @key(fields: "id")' in sdl
    assert "federation/v2.9" in sdl
