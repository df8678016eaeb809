"""Numbers that a double cannot hold, kept as the text that they are.

A client writes 0.12345678901234567890123 for its ``Decimal``, and a subgraph must read just that.
``NumberText`` is a float for whoever looks at its value (validation of ``Int`` and ``Float``), and
its text for whoever writes it (``request.json_text``).
"""

from __future__ import annotations

_MOST_DIGITS = 4_000  # Python refuses to read or write integers past 4,300 digits


class NumberText(float):
    """A number whose text says more than its value; infinite where the text is past all doubles."""

    __slots__ = ("text",)

    text: str

    def __new__(cls, text: str) -> NumberText:
        """Read ``text``, a number in JSON's or GraphQL's form."""
        number = super().__new__(cls, text)
        number.text = text
        return number


def real(text: str) -> float:
    """Read a number with a fraction or an exponent, without loss."""
    value = float(text)
    # Python and orjson write exponents in different ways.
    return value if repr(value) == text and "e" not in text else NumberText(text)


def integer(text: str) -> int | float:
    """Read an integer, without loss."""
    if text == "-0" or len(text) > _MOST_DIGITS:
        return NumberText(text)
    return int(text)
