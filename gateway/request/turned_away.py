"""What a query came to where services had too much to do.

A service that takes on no more answers 503 with Retry-After at once. If nothing else came of a
query, the client hears the same, as from any server that is busy: 503 and Retry-After, which
proxies, libraries and dashboards know. An answer that holds anything stays a 200 with errors, and a
mutation's always tells what each of its fields came to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.operation.errors import ErrorItem
from gateway.request.gathered import ReplyHeaders

RETRY_AFTER = "retry-after"
STATUS = 503
_LONGEST = 60
_CODE = "UNAVAILABLE"


def is_turned_away(
    data: Mapping[str, Any] | None, errors: Sequence[ErrorItem], replies: Iterable[ReplyHeaders]
) -> bool:
    """Tell whether a query has no data, and a service that said when to come back is why."""
    return (
        bool(errors)
        and (data is None or all(value is None for value in data.values()))
        and all(error.get("extensions", {}).get("code") == _CODE for error in errors)
        and any(RETRY_AFTER in reply.headers for reply in replies)
    )


def seconds_to_wait(replies: Iterable[ReplyHeaders]) -> int:
    """Return the longest that a service asked for; dates (RFC 9110, 10.2.3) count as a second."""
    told = (value for reply in replies for value in reply.headers.get(RETRY_AFTER, ()))
    # As floats: int() refuses more than 4,300 digits.
    return int(min(_LONGEST, max((float(v) for v in told if v.isdecimal()), default=1)))
