"""What services tell and ask each other at ``/internal/…``: JSON bodies, bounded and typed.

The paths are guarded by the gateway key (``shared.http.gateway_key``).
"""

from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse

from shared.errors import BadUserInput, ClientError
from shared.http.bodies import BadRequest, read_body

Body = TypeVar("Body", bound=BaseModel)


class Refused(Exception):
    """The request is answered with ``response`` and nothing else happens."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.response = JSONResponse({"error": code}, status_code=status)


async def read_internal(request: Request, kind: TypeAdapter[Body], max_bytes: int) -> Body:
    """The body as ``kind``. Raises ``Refused``: 400 for what is none, 413 for a large one."""
    try:
        return kind.validate_json(await read_body(request, max_bytes))
    except BadRequest as refusal:
        raise Refused(refusal.status, refusal.code) from None
    except ValidationError:
        raise Refused(400, "BAD_USER_INPUT") from None


def refusal(error: ClientError) -> JSONResponse:
    """400 for what cannot be stored (a NUL in a text); 503 otherwise: the sender comes again."""
    return Refused(400 if isinstance(error, BadUserInput) else 503, error.code).response
