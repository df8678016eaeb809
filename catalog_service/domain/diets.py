"""Diets that an offer fits, as its partner declares."""

from enum import StrEnum


class Diet(StrEnum):
    """A diet. The value is what the database stores."""

    VEGAN = "vegan"
    VEGETARIAN = "vegetarian"
    HALAL = "halal"
    KOSHER = "kosher"
    GLUTEN_FREE = "gluten_free"
    LACTOSE_FREE = "lactose_free"


def fits(diet: Diet) -> tuple[Diet, ...]:
    """What an offer may be declared as, one of them, to fit a diet: vegan food is vegetarian."""
    return (diet, Diet.VEGAN) if diet is Diet.VEGETARIAN else (diet,)
