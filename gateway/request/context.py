"""What belongs to one HTTP request and is passed on explicitly, stage by stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gateway.execution.batching import RequestLoaders
    from gateway.request.caller import Caller
    from gateway.runtime.runtime import SupergraphRuntime


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request on its way through the gateway (which may carry a batch of operations).

    ``forward`` are the client's headers that may travel to subgraphs (lower-case names), already
    filtered by the header rules that do not depend on the subgraph. ``deadline`` is absolute, in
    seconds of the event loop's clock. ``labels`` are the active progressive @override labels,
    drawn once. ``loaders`` coalesce entity fetches across a batch (None: a single operation).
    """

    runtime: SupergraphRuntime
    caller: Caller
    forward: Mapping[str, str]
    deadline: float
    request_id: str
    labels: frozenset[str] = frozenset()
    loaders: RequestLoaders | None = None
    explain: bool = False
    extensions: dict[str, Any] = field(default_factory=dict)
