"""What belongs to one HTTP request and is passed on explicitly, stage by stage.

What is made for every request is a Struct: a frozen dataclass takes ten times as long to make.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gateway.request.caller import Caller


class RequestContext(msgspec.Struct, frozen=True):
    """One HTTP request on its way through the gateway (which may carry a batch of operations).

    ``forward`` are the client's headers that may travel to subgraphs (lower-case names), already
    filtered by the header rules that do not depend on the subgraph. ``deadline`` is absolute, in
    seconds of the event loop's clock. ``labels`` are the active progressive @override labels,
    drawn once. ``client``: whose other requests this one may delay. ``explain``: the answer tells
    the plan and how its fetches went.
    """

    caller: Caller
    forward: Mapping[str, str]
    deadline: float
    request_id: str
    labels: frozenset[str] = frozenset()
    client: str = ""
    explain: bool = False
