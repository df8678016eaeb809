"""What ``X-Query-Plan`` tells about a run: per fetch requests, representations, milliseconds."""

from __future__ import annotations

from time import perf_counter

from gateway.execution.calls import Call
from gateway.execution.executable import ExecutablePlan
from gateway.request.gathered import FetchTrace


class Tracer:
    """Records one run."""

    def __init__(self, plan: ExecutablePlan) -> None:
        self._plan = plan
        self._began = perf_counter()
        self._starts: dict[int, float] = {}
        self._requests: dict[int, int] = {}
        self._traces: dict[int, FetchTrace] = {}

    def started(self, call: Call) -> None:
        """``call`` begins."""
        self._starts[call.fetch.spec.id] = perf_counter()

    def sent(self, call: Call) -> None:
        """A request leaves for ``call`` (again, when a merged reply was of no use)."""
        id_ = call.fetch.spec.id
        self._requests[id_] = self._requests.get(id_, 0) + 1

    def ended(self, call: Call) -> None:
        """``call`` was answered."""
        self._record(call, None)

    def failed(self, call: Call, code: str) -> None:
        """``call`` got no usable answer."""
        self._record(call, code)

    def finish(self) -> list[FetchTrace]:
        """All fetches of the plan in order, those that were not sent with 0 requests."""
        return [
            self._traces.get(id_) or FetchTrace(id_, executable.spec.subgraph, 0)
            for id_, executable in enumerate(self._plan.fetches)
        ]

    def _record(self, call: Call, failure: str | None) -> None:
        """Keep what ``call`` came to; the last one counts if it was made again."""
        fetch = call.fetch.spec
        start = self._starts.get(fetch.id)
        self._traces[fetch.id] = FetchTrace(
            id=fetch.id,
            subgraph=fetch.subgraph,
            requests=self._requests.get(fetch.id, 0),
            representations=sum(len(same) for part in call.groups for same in part.targets),
            unique_representations=sum(len(part.representations) for part in call.groups),
            milliseconds=None if start is None else (perf_counter() - start) * 1_000,
            failure=failure,
            start=None if start is None else (start - self._began) * 1_000,
        )
