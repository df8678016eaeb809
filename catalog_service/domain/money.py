"""Money: an exact amount with two decimal places, and its currency."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

LARGEST_AMOUNT: Final = Decimal("9999999999.99")
"""What numeric(12,2) holds."""

CURRENCIES: Final = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD
    HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
    RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS
    UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905  two hundred quotation marks tell a reader nothing
)
"""ISO 4217 codes whose minor unit has two digits: amounts here have exactly two places."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount (finite, two places, never negative here) in one currency (ISO 4217)."""

    amount: Decimal
    currency: str

    def times(self, count: int) -> "Money":
        """The price of several."""
        return Money(self.amount * count, self.currency)


def is_amount(value: Decimal) -> bool:
    """Whether a price can be this: finite, zero or more, two places at most, storable."""
    return (
        value.is_finite()
        and 0 <= value <= LARGEST_AMOUNT
        and value == value.quantize(Decimal("0.01"))
    )
