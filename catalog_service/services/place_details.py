"""What an owner says about a place, checked and put into the form that is stored."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import phonenumbers

from catalog_service.domain.errors import InvalidInput, Violation
from catalog_service.domain.places import PlaceDetails, check_place
from catalog_service.repository.place_writes import knows_time_zone
from shared.database import Connection
from shared.text import in_one_form

LONGEST_TYPED: Final = 40
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
"""As the table has it. A country's numbers may be shorter and longer than anybody can dial."""


def checked_place(details: PlaceDetails) -> PlaceDetails:
    """The details, the name in one form, the telephone number as E.164.

    Raises ``InvalidInput``, naming all faults.
    """
    phone = _normal_phone(details.phone)
    faults: list[Violation] = list(_phone_faults(details.phone, phone))
    try:
        check_place(details)
    except InvalidInput as error:
        faults = [*error.violations, *faults]
    if faults:
        raise InvalidInput(faults)
    return replace(details, name=in_one_form(details.name), phone=phone)


async def require_time_zone(connection: Connection, name: str) -> None:
    """Raise ``InvalidInput`` for a zone that we know and the database does not.

    What ends and reminds of reservations would fail there, for all places.
    """
    if not await knows_time_zone(connection, name):
        message = "The database does not know this time zone yet."
        raise InvalidInput.at("input", "timeZone", code="UNKNOWN", message=message)


def _normal_phone(typed: str | None) -> str | None:
    """As E.164, however it was typed: ``+49 (0)30 901820`` is ``+4930901820``."""
    if typed is None or len(typed) > LONGEST_TYPED:
        return None
    try:
        number = phonenumbers.parse(typed, None)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_possible_number(number):
        return None
    normal = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return normal if _E164.fullmatch(normal) else None


def _phone_faults(typed: str | None, normal: str | None) -> Iterable[Violation]:
    if typed is not None and normal is None:
        message = "A telephone number with its country code, such as +49 30 901820."
        yield Violation(("input", "phone"), "NOT_A_PHONE_NUMBER", message)
