"""Money on the wire."""

from decimal import Decimal

import strawberry

from catalog_service.domain import money as domain


@strawberry.type(description="An exact amount of money.")
class Money:
    """An amount and its currency."""

    amount: Decimal = strawberry.field(
        description="The amount, with as many decimals as ISO 4217 gives the currency."
    )
    currency: str = strawberry.field(description="The currency, ISO 4217.")

    @classmethod
    def of(cls, money: domain.Money) -> "Money":
        """From the domain's money."""
        return cls(amount=money.amount, currency=money.currency)
