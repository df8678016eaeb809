"""What every resolver can read about the request it serves."""

from dataclasses import dataclass

from shared.tokens import Caller


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """One per HTTP request; services subclass it to add their database and loaders.

    ``caller``: from the verified token, or ANONYMOUS. ``client_ip``: as the gateway saw it.
    ``request_id``: stands in every log line of the request.
    """

    caller: Caller
    client_ip: str
    request_id: str
