"""Diets that an offer fits, as its partner declares."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from catalog_service.domain.allergens import Allergen
from catalog_service.domain.errors import Violation


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


_FROM_THE_SEA: Final = frozenset({Allergen.CRUSTACEANS, Allergen.MOLLUSCS})
_FROM_ANIMALS: Final = _FROM_THE_SEA | {Allergen.FISH, Allergen.EGGS, Allergen.MILK}
RULED_OUT: Final[Mapping[Diet, frozenset[Allergen]]] = {
    Diet.VEGAN: _FROM_ANIMALS,
    Diet.VEGETARIAN: _FROM_THE_SEA | {Allergen.FISH},
    Diet.KOSHER: _FROM_THE_SEA,
    Diet.GLUTEN_FREE: frozenset({Allergen.GLUTEN}),
}
"""What food of a diet cannot contain. Milk without lactose is still milk, so that
LACTOSE_FREE rules out nothing."""


def contradicted(diets: Iterable[Diet], allergens: Iterable[Allergen] | None) -> list[Diet]:
    """Those of the diets that the declared allergens rule out."""
    declared = frozenset(allergens or ())
    return [each for each in diets if RULED_OUT.get(each, frozenset()) & declared]


def diet_faults(diets: Iterable[Diet], allergens: Iterable[Allergen] | None) -> Iterable[Violation]:
    """A fault for each diet that the declared allergens rule out: people trust both."""
    for each in contradicted(diets, allergens):
        found = sorted(one.name for one in RULED_OUT[each] & frozenset(allergens or ()))
        message = f"{each.name} food has no {', no '.join(found)} among its allergens."
        yield Violation(("input", "diets"), "CONTRADICTS_ALLERGENS", message)
