"""A page of none tells whether anything follows, as every other page does."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from graphql import GraphQLObjectType, get_named_type

from catalog_service.api.schema import schema
from tests.catalog_service.desk import CREATE, schedule_input
from tests.catalog_service.kit import Catalog, Person
from tests.catalog_service.moderating import REPORT

NEAR: Final = "filter: {near: {latitude: 52.5, longitude: 13.4, radiusKm: 50}}"
LISTS: Final = {
    "Query.offers": (
        "",
        'orderBy: RELEVANCE, filter: {text: "rye"}',
        'orderBy: NEWEST, filter: {text: "rye", minDiscount: 1}',
        f"orderBy: DISTANCE, {NEAR}",
        "filter: {status: [ACTIVE]}",
        "filter: {status: [ACTIVE, PAUSED]}",
    ),
    "Query.places": ("", 'orderBy: RELEVANCE, filter: {text: "corner"}', NEAR),
    "Query.myPlaces": ("",),
    "Query.reports": ("", "isOpen: true"),
    "Place.offers": ("", "filter: {status: [ACTIVE]}", "filter: {status: [ACTIVE, PAUSED]}"),
    "Place.schedules": ("",),
    "Place.activePartnerships": ("",),
    "Place.invitedPartnerships": ("",),
    "Place.reservations": ("", "status: [RESERVED]", "status: [RESERVED, EXPIRED]"),
    "Offer.reservations": ("", "status: [RESERVED]", "status: [RESERVED, EXPIRED]"),
    "User.reservations": ("", "status: [RESERVED]", "status: [RESERVED, EXPIRED]"),
    "User.activity": ("",),
    "User.partnerships": ("",),
}


def test_all_lists_are_known() -> None:
    types = (each for each in schema._schema.type_map.values() if hasattr(each, "fields"))
    pages = {
        f"{type_.name}.{name}"
        for type_ in types
        if isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items()
        if get_named_type(field.type).name.endswith("Connection")
    }
    assert pages == LISTS.keys()


async def test_it_tells_whether_more_follow(
    catalog: Catalog, owner: Person, customer: Person, admin: Person
) -> None:
    place = await catalog.open_place(owner)
    await catalog.ask(owner, CREATE, input=schedule_input(place))
    offer = await catalog.publish_offer(owner, place, title="Rye")
    await catalog.hold(customer, offer)
    await catalog.ask(customer, REPORT, id=str(offer), reason="OTHER", text="What is it?")
    await catalog.invite(owner, place, Person("partner"))
    subjects = {
        "Place": (owner, place),
        "Offer": (owner, offer),
        "User": (customer, customer.id),
        "User.partnerships": (owner, owner.id),
        "Query.reports": (admin, None),
    }
    for name, forms in LISTS.items():
        type_ = name.partition(".")[0]
        person, subject = subjects.get(name) or subjects.get(type_) or (owner, None)
        for form in forms:
            await check(catalog, person, name, form, subject)


async def check(
    catalog: Catalog, person: Person, name: str, form: str, subject: UUID | None
) -> None:
    none = await page(catalog, person, name, f"first: 0, {form}", subject)
    assert none == {"edges": [], "pageInfo": {"hasNextPage": True, "endCursor": None}}, (name, form)
    all_ = await page(catalog, person, name, f"first: 100, {form}", subject)
    assert len(all_["edges"]) > 0
    after = all_["pageInfo"]["endCursor"]
    last = await page(catalog, person, name, f'first: 0, after: "{after}", {form}', subject)
    none["pageInfo"]["hasNextPage"] = False
    assert last == none, (name, form)


async def page(
    catalog: Catalog, person: Person, name: str, arguments: str, subject: UUID | None
) -> Any:
    """A page of the list ``name``, of Query or of the entity ``subject``."""
    type_, _, field = name.partition(".")
    asked = f"{field}({arguments}) {{ edges {{ cursor }} pageInfo {{ hasNextPage endCursor }} }}"
    if subject is None:
        return (await catalog.ask(person, f"{{ {asked} }}")).data[field]
    document = (
        "query($r: [_Any!]!) { _entities(representations: $r)"
        f" {{ ... on {type_} {{ {asked} }} }} }}"
    )
    named = [{"__typename": type_, "id": str(subject)}]
    return (await catalog.ask(person, document, r=named)).data["_entities"][0][field]
