"""The domain's enums as GraphQL enums, each value described."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar, cast

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from catalog_service.domain.activity import Action
from catalog_service.domain.allergens import Allergen
from catalog_service.domain.diets import Diet
from catalog_service.domain.moderation import ReportReason
from catalog_service.domain.offers import Availability, OfferStatus
from catalog_service.domain.opening_hours import Weekday
from catalog_service.domain.places import (
    InvitationStatus,
    PartnershipRole,
    PartnershipStatus,
    PlaceCategory,
)
from catalog_service.domain.reservations import ReservationStatus
from catalog_service.domain.search import OfferOrder, PlaceOrder

E = TypeVar("E", bound=type[Enum])


def _expose(enum: E, name: str, description: str, values: Mapping[str, str]) -> E:
    exposed = strawberry.enum(enum, name=name, description=description)
    definition = cast("StrawberryEnumDefinition", vars(exposed)["__strawberry_definition__"])
    for value in definition.values:
        value.description = values[value.name]
    return exposed


_expose(
    OfferStatus,
    "OfferStatus",
    "What the partner decided about an offer.",
    {
        "DRAFT": "Being prepared; only the place's partners see it.",
        "ACTIVE": "Published.",
        "PAUSED": "Taken from sale for a while; what is reserved stays reserved.",
        "CANCELLED": "Withdrawn for good.",
    },
)
_expose(
    Availability,
    "OfferAvailability",
    "What status, stock and time come to at this moment.",
    {
        "AVAILABLE": "Can be reserved now.",
        "SOLD_OUT": "Published, and nothing is left.",
        "ENDED": "Published, and its pickup window is over.",
        "UNAVAILABLE": "Not published: a draft, paused or cancelled.",
    },
)
_expose(
    Allergen,
    "Allergen",
    "A substance that must be declared by Regulation (EU) No 1169/2011, Annex II.",
    {
        "GLUTEN": "Cereals containing gluten: wheat, rye, barley, oats.",
        "CRUSTACEANS": "Crustaceans.",
        "EGGS": "Eggs.",
        "FISH": "Fish.",
        "PEANUTS": "Peanuts.",
        "SOYBEANS": "Soybeans.",
        "MILK": "Milk, including lactose.",
        "NUTS": "Tree nuts such as almonds, hazelnuts, walnuts, cashews.",
        "CELERY": "Celery.",
        "MUSTARD": "Mustard.",
        "SESAME": "Sesame seeds.",
        "SULPHITES": "Sulphur dioxide and sulphites above 10 mg per kg or litre.",
        "LUPIN": "Lupin.",
        "MOLLUSCS": "Molluscs.",
    },
)
_expose(
    OfferOrder,
    "OfferOrder",
    "How offers are sorted.",
    {
        "PICKUP_START": "The earliest pickup first.",
        "PRICE": "The lowest price first.",
        "NEWEST": "The latest created first.",
        "DISTANCE": "The nearest place first; needs `filter.near`.",
        "DISCOUNT": "The most per cent off the original price first.",
        "RELEVANCE": "What fits `filter.text` best first: in the title, elsewhere, by the place's "
        "name, with typing errors; equals by the earliest pickup. Needs `filter.text`.",
    },
)
_expose(
    PlaceOrder,
    "PlaceOrder",
    "How places are sorted.",
    {
        "NAME": "By name.",
        "DISTANCE": "The nearest first; needs `filter.near`.",
        "RELEVANCE": "What fits `filter.text` best first, equals by name. Needs `filter.text`.",
    },
)
_expose(
    Diet,
    "Diet",
    "A diet that an offer may fit.",
    {
        "VEGAN": "Nothing from animals; such offers are VEGETARIAN too.",
        "VEGETARIAN": "No meat and no fish.",
        "HALAL": "Permitted by Islamic law.",
        "KOSHER": "Permitted by Jewish law.",
        "GLUTEN_FREE": "At most 20 mg of gluten per kg, as Regulation (EU) No 828/2014 says.",
        "LACTOSE_FREE": "Without lactose.",
    },
)
_expose(
    PartnershipRole,
    "PartnershipRole",
    "What a partner may do at a place; each role includes those after it.",
    {
        "OWNER": "Runs the place and its partners.",
        "MANAGER": "Keeps the offers.",
        "STAFF": "Hands over what was reserved.",
    },
)
_expose(
    ReservationStatus,
    "ReservationStatus",
    "Where a reservation stands; every status but RESERVED is final.",
    {
        "RESERVED": "Waiting to be picked up.",
        "PICKED_UP": "Handed over.",
        "CANCELLED_BY_CUSTOMER": "Given back by the customer before the pickup window.",
        "CANCELLED_BY_PARTNER": "Withdrawn with its offer.",
        "EXPIRED": "Nobody came until an hour after the pickup window.",
    },
)
_expose(
    Action,
    "ActivityAction",
    "Something a customer did, or that happened to a reservation.",
    {
        "OFFER_VIEWED": "An offer was looked at; noted once in 30 minutes.",
        "OFFER_RESERVED": "Portions were reserved.",
        "RESERVATION_CHANGED": "Reserved more portions, or fewer.",
        "RESERVATION_CANCELLED": "A reservation was cancelled, by the customer or the partner.",
        "RESERVATION_EXPIRED": "A reservation was not picked up in time.",
        "OFFER_PICKED_UP": "A reservation was picked up.",
    },
)

_expose(
    PartnershipStatus,
    "PartnershipStatus",
    "How far a partnership has come.",
    {
        "INVITED": "An owner invited the partner, who has not accepted yet.",
        "ACTIVE": "It holds.",
        "ENDED": "It was ended, declined or withdrawn, or its account is no partner any more.",
    },
)

_expose(
    PlaceCategory,
    "PlaceCategory",
    "What kind of place it is.",
    {
        "BAKERY": "Bread, rolls, cake.",
        "CAFE": "Coffee, cake, small dishes.",
        "RESTAURANT": "Dishes cooked to order.",
        "CANTEEN": "Meals for a house, an office, a school.",
        "GROCERY": "A small shop for food.",
        "SUPERMARKET": "A large shop for food and more.",
        "GREENGROCER": "Fruit and vegetables.",
        "BUTCHER": "Meat, sausages, fish.",
        "HOTEL": "Breakfasts and buffets.",
        "CATERER": "Food for events.",
        "OTHER": "Something else.",
    },
)

_expose(
    Weekday,
    "Weekday",
    "A day of the week.",
    {day.name: f"{day.name.capitalize()}." for day in Weekday},
)

_expose(
    InvitationStatus,
    "InvitationStatus",
    "What became of an invitation.",
    {
        "PENDING": "Nobody has answered it yet.",
        "ACCEPTED": "The invited works at the place.",
        "DECLINED": "The invited does not want to.",
        "CANCELLED": "The place does not want it any more.",
    },
)

_expose(
    ReportReason,
    "ReportReason",
    "Why an offer is reported.",
    {
        "UNSAFE": "The food is not safe, or an allergen was not declared.",
        "MISLEADING": "It is not what was offered, or less.",
        "OFFENSIVE": "Its words or pictures offend.",
        "NOT_THERE": "There was nothing, or nobody, at the place.",
        "OTHER": "Something else: say what.",
    },
)
