"""Generated data, the same each time: sized so that the big query's answer has about 87 KB."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]

_TEXT = "It kept fresh for three days, and the people in the shop were kind. We shall come again. "
_PRODUCTS, _USERS, _REVIEWS = 9, 6, 27
_LENGTHS = (410, 470, 345)
CATALOGUE = 2_000

USERS: list[Record] = [
    {
        "__typename": "User",
        "id": str(index + 1),
        "name": f"Person {index + 1}",
        "username": f"person{index + 1}",
        "birthday": 1_000_000 + index,
    }
    for index in range(_USERS)
]
PRODUCTS: list[Record] = [
    {
        "__typename": "Product",
        "upc": str(index + 1),
        "name": f"Product {index + 1}",
        "price": 99 + 317 * (index % 7),
        "weight": 20 + 130 * (index % 11),
        "inStock": index % 3 > 0,
    }
    for index in range(CATALOGUE)
]
REVIEWS: list[Record] = [
    {
        "__typename": "Review",
        "id": str(index + 1),
        "body": (_TEXT * 6)[: _LENGTHS[index % len(_LENGTHS)]],
        "upc": str(index % _PRODUCTS + 1),
        "user_id": str(index % _USERS + 1),
    }
    for index in range(_REVIEWS)
]


def reviews_of_user(user_id: str) -> list[Record]:
    """Return two reviews."""
    return [review for review in REVIEWS if review["user_id"] == user_id][:2]


def reviews_of_product(upc: str) -> list[Record]:
    """Return all reviews of a product."""
    return [review for review in REVIEWS if review["upc"] == upc]


def shipping_estimate(price: int | None, weight: int | None) -> int | None:
    """Return the price of sending a product; dear ones go free."""
    if price is None or weight is None:
        return None
    return 0 if price > 1_000 else weight // 2
