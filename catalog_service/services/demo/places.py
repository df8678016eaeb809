"""Twelve places in real cities."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a place sells."""

    BAKERY = "bakery"
    GROCERY = "grocery"
    RESTAURANT = "restaurant"


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """A place. ``price_level`` turns euros into its currency."""

    kind: Kind
    name: str
    description: str
    address: str
    latitude: float
    longitude: float
    time_zone: str
    currency: str = "EUR"
    price_level: float = 1.0


PLACES: Final = (
    DemoPlace(
        Kind.BAKERY,
        "Bäckerei Morgenrot",
        "Sourdough and rolls from a stone oven in Kreuzberg.",
        "Oranienstraße 32, 10999 Berlin",
        52.5012,
        13.4176,
        "Europe/Berlin",
    ),
    DemoPlace(
        Kind.GROCERY,
        "Grünkern Markt",
        "Organic fruit, vegetables and dairy around the corner.",
        "Kastanienallee 77, 10435 Berlin",
        52.5386,
        13.4098,
        "Europe/Berlin",
    ),
    DemoPlace(
        Kind.RESTAURANT,
        "Elbkantine",
        "Lunch for the harbour, cooked every morning.",
        "Große Elbstraße 128, 22767 Hamburg",
        53.5449,
        9.9436,
        "Europe/Berlin",
    ),
    DemoPlace(
        Kind.BAKERY,
        "Backstube Isar",
        "Pretzels, rye bread and yeast cakes.",
        "Fraunhoferstraße 9, 80469 München",
        48.1306,
        11.5742,
        "Europe/Berlin",
    ),
    DemoPlace(
        Kind.RESTAURANT,
        "Gasthaus Neubau",
        "Viennese dishes in small portions.",
        "Neubaugasse 41, 1070 Wien",
        48.2016,
        16.3489,
        "Europe/Vienna",
        price_level=1.05,
    ),
    DemoPlace(
        Kind.GROCERY,
        "Chornlade Züri",
        "Cheese, bread and vegetables of the region.",
        "Langstrasse 120, 8004 Zürich",
        47.3776,
        8.5276,
        "Europe/Zurich",
        "CHF",
        1.5,
    ),
    DemoPlace(
        Kind.BAKERY,
        "Boulangerie du Canal",
        "Baguettes, croissants and tarts beside the water.",
        "Quai de Valmy 95, 75010 Paris",
        48.8725,
        2.3642,
        "Europe/Paris",
        price_level=1.1,
    ),
    DemoPlace(
        Kind.GROCERY,
        "De Groene Kar",
        "What the farmers brought this morning.",
        "Haarlemmerdijk 61, 1013 KB Amsterdam",
        52.3823,
        4.8869,
        "Europe/Amsterdam",
        price_level=1.1,
    ),
    DemoPlace(
        Kind.RESTAURANT,
        "Nørrebro Køkken",
        "A vegetable kitchen with a long table.",
        "Jægersborggade 10, 2200 København",
        55.6934,
        12.5443,
        "Europe/Copenhagen",
        "DKK",
        8.5,
    ),
    DemoPlace(
        Kind.BAKERY,
        "Padaria da Graça",
        "Custard tarts and corn bread on the hill.",
        "Largo da Graça 18, 1170-165 Lisboa",
        38.7169,
        -9.1311,
        "Europe/Lisbon",
        price_level=0.8,
    ),
    DemoPlace(
        Kind.RESTAURANT,
        "Pierogarnia Praga",
        "Dumplings, soups and salads.",
        "Ząbkowska 7, 03-736 Warszawa",
        52.2527,
        21.0392,
        "Europe/Warsaw",
        "PLN",
        3.4,
    ),
    DemoPlace(
        Kind.GROCERY,
        "Broadway Larder",
        "Deli, bakery and greens in Hackney.",
        "53 Broadway Market, London E8 4PH",
        51.5372,
        -0.0612,
        "Europe/London",
        "GBP",
        1.0,
    ),
)
