"""What bakeries, groceries and restaurants have left in the evening."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from catalog_service.domain.allergens import Allergen
from catalog_service.domain.diets import Diet
from catalog_service.services.demo.figures import Row
from catalog_service.services.demo.places import DemoPlace, Kind

GLUTEN, EGGS, MILK = Allergen.GLUTEN, Allergen.EGGS, Allergen.MILK
NUTS, SESAME, CELERY = Allergen.NUTS, Allergen.SESAME, Allergen.CELERY
FISH, MUSTARD, SOYBEANS = Allergen.FISH, Allergen.MUSTARD, Allergen.SOYBEANS


@dataclass(frozen=True, slots=True)
class Dish:
    """Something to offer; ``price`` in euros as it costs by day; None: allergens undeclared."""

    title: str
    description: str
    price: float
    tags: tuple[str, ...]
    allergens: tuple[Allergen, ...] | None

    @property
    def diets(self) -> tuple[Diet, ...]:
        """What follows from the tags, and from allergens that are declared."""
        fitting = {
            Diet.VEGAN: "vegan" in self.tags,
            Diet.VEGETARIAN: bool({"vegan", "vegetarian"} & set(self.tags)),
            Diet.GLUTEN_FREE: self.allergens is not None and GLUTEN not in self.allergens,
            Diet.LACTOSE_FREE: self.allergens is not None and MILK not in self.allergens,
        }
        return tuple(diet for diet, fits in fitting.items() if fits)


_BAKERY: Final = (
    Dish("Sourdough loaf", "Baked this morning, 750 g.", 5.2, ("bread", "vegan"), (GLUTEN,)),
    Dish("Bag of six rolls", "Wheat, rye and spelt, mixed.", 4.2, ("bread", "vegan"), (GLUTEN,)),
    Dish("Rye bread, half", "Dark, dense, keeps for days.", 3.4, ("bread", "vegan"), (GLUTEN,)),
    Dish(
        "Four butter croissants",
        "Crisp again after five minutes in the oven.",
        6.8,
        ("pastry", "breakfast", "vegetarian"),
        (GLUTEN, MILK, EGGS),
    ),
    Dish(
        "Cinnamon buns, box of three",
        "With cardamom.",
        7.5,
        ("pastry", "sweet", "vegetarian"),
        (GLUTEN, MILK, EGGS),
    ),
    Dish(
        "Apple cake, two slices",
        "With crumble.",
        6.4,
        ("cake", "sweet", "vegetarian"),
        (GLUTEN, MILK, EGGS),
    ),
    Dish("Focaccia with rosemary", "A whole tray's end.", 5.5, ("bread", "vegan"), (GLUTEN,)),
    Dish("Sesame pretzels, five", "Salted.", 5.0, ("bread", "vegetarian"), (GLUTEN, SESAME, MILK)),
    Dish(
        "Surprise bag from the bakery",
        "Bread and pastry, as it comes.",
        12.0,
        ("surprise", "bread", "pastry"),
        None,
    ),
    Dish(
        "Nut corners, bag of four",
        "Hazelnut and dark chocolate.",
        7.2,
        ("pastry", "sweet", "vegetarian"),
        (GLUTEN, NUTS, MILK, EGGS),
    ),
)
_GROCERY: Final = (
    Dish("Vegetable box", "Carrots, cabbage, leek and more.", 9.0, ("vegetables", "vegan"), ()),
    Dish("Bag of ripe fruit", "For tonight or for jam.", 6.5, ("fruit", "vegan"), ()),
    Dish("Yoghurt, six jars", "Best before tomorrow.", 5.4, ("dairy", "vegetarian"), (MILK,)),
    Dish("Cheese ends, 400 g", "Hard and soft, mixed.", 9.6, ("dairy", "vegetarian"), (MILK,)),
    Dish("Salad greens, 500 g", "Washed, a little tired.", 4.5, ("vegetables", "vegan"), ()),
    Dish("Hummus and falafel", "From the deli.", 7.8, ("deli", "vegan"), (SESAME,)),
    Dish("Smoked trout, two fillets", "From the lake.", 11.0, ("fish", "deli"), (FISH,)),
    Dish("Tofu trio", "Natural, smoked, with herbs.", 6.9, ("deli", "vegan"), (SOYBEANS,)),
    Dish("Surprise bag from the shop", "A meal for two.", 15.0, ("surprise",), None),
    Dish("Potato salad, 1 kg", "With mustard dressing.", 7.0, ("deli", "vegan"), (MUSTARD, CELERY)),
)
_RESTAURANT: Final = (
    Dish("Vegetable curry with rice", "Mild.", 11.5, ("warm", "vegan"), (CELERY, MUSTARD)),
    Dish("Lentil soup, one litre", "With lemon.", 8.5, ("soup", "vegan"), (CELERY,)),
    Dish(
        "Lasagne, two pieces",
        "Spinach and ricotta.",
        13.0,
        ("warm", "vegetarian"),
        (GLUTEN, MILK, EGGS),
    ),
    Dish(
        "Dumplings, dozen",
        "Potato and fresh cheese.",
        10.5,
        ("warm", "vegetarian"),
        (GLUTEN, MILK),
    ),
    Dish("Fish stew", "With fennel.", 14.5, ("warm", "fish"), (FISH, CELERY)),
    Dish("Goulash with bread", "Beef, cooked for hours.", 13.5, ("warm", "meat"), (GLUTEN, CELERY)),
    Dish("Bowl of the day", "Grains, greens, seeds.", 12.5, ("bowl", "vegan"), (SESAME, SOYBEANS)),
    Dish("Roast chicken, half", "With herbs.", 12.0, ("warm", "meat"), ()),
    Dish(
        "Chocolate mousse, three cups",
        "Dark.",
        9.0,
        ("sweet", "dessert", "vegetarian"),
        (MILK, EGGS),
    ),
    Dish("Surprise box from the kitchen", "Main course and side.", 16.0, ("surprise",), None),
)
MENU: Final = {Kind.BAKERY: _BAKERY, Kind.GROCERY: _GROCERY, Kind.RESTAURANT: _RESTAURANT}


def said(dish: Dish, place: DemoPlace, share: float) -> Row:
    """The dish as an offer of the place, at a ``share`` of its price by day."""
    original = _rounded(dish.price * place.price_level)
    return {
        "title": dish.title,
        "description": dish.description,
        "price_amount": _rounded(float(original) * share),
        "original_price_amount": original,
        "currency": place.currency,
        "tags": list(dish.tags),
        "allergens": None if dish.allergens is None else [each.value for each in dish.allergens],
        "diets": [each.value for each in dish.diets],
        "image_urls": [],
    }


def _rounded(amount: float) -> Decimal:
    """To ten cents, as on a price tag."""
    return Decimal(round(amount * 10)) / 10
