"""What every resolver can read about the request it serves."""

from dataclasses import dataclass, field

from shared.graphql.loaders import Loads
from shared.tokens import Caller


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """One per HTTP request; services subclass it to add their database and loaders.

    ``caller``: from the verified token, or ANONYMOUS. ``client_ip``: as the gateway saw it.
    ``request_id``: stands in every log line of the request. ``loads``: end with the request.
    """

    caller: Caller
    client_ip: str
    request_id: str
    loads: Loads = field(default_factory=Loads)
