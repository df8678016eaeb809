"""Money: an exact amount in one currency, with as many decimals as ISO 4217 gives that currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

LARGEST_AMOUNT: Final = Decimal("9999999999.99")
"""In any currency; numeric(13,3) holds it."""

_WITHOUT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_WITH_TWO = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD
    HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
    RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS
    UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG
"""
_WITH_THREE = "BHD IQD JOD KWD LYD OMR TND"

DECIMALS: Final[Mapping[str, int]] = MappingProxyType(
    {
        code: count
        for count, codes in ((0, _WITHOUT), (2, _WITH_TWO), (3, _WITH_THREE))
        for code in codes.split()
    }
)
"""How many decimals each currency has: ISO 4217, list one, without funds and metals."""

_UNITS: Final = {code: Decimal(1).scaleb(-count) for code, count in DECIMALS.items()}
_FINEST: Final = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount (finite, never negative here) in one currency (ISO 4217)."""

    amount: Decimal
    currency: str

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> "Money":
        """Money with the currency's own decimals: 1.5 is ``1.50`` EUR and ``1.500`` KWD."""
        return cls(scaled(amount, currency), currency)

    def times(self, count: int) -> "Money":
        """The price of several."""
        return Money(self.amount * count, self.currency)


def scaled(amount: Decimal, currency: str) -> Decimal:
    """The amount with the currency's own decimals. What is stored has no more of them."""
    return amount.quantize(_UNITS[currency])


def is_amount(value: Decimal, currency: str | None = None) -> bool:
    """Whether a price can be this: finite, zero or more, not finer than the currency, storable.

    Without a currency: than the finest of them.
    """
    unit = _FINEST if currency is None else _UNITS[currency]
    return value.is_finite() and 0 <= value <= LARGEST_AMOUNT and value == value.quantize(unit)


def what_amounts_are(currency: str | None = None) -> str:
    """What to say of an amount that cannot be."""
    count = 3 if currency is None else DECIMALS[currency]
    decimals = "no decimals" if count == 0 else f"at most {count} decimals"
    return f"Zero or more, with {decimals}."
