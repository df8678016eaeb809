"""What ``X-Query-Plan: true`` adds to an answer: the plan that ran, and how each fetch went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.planning import print_plan
from gateway.planning.plan import Plan
from gateway.request.gathered import FetchTrace


def shown_plan(plan: Plan, traces: Sequence[FetchTrace]) -> dict[str, Any]:
    """Return ``{text, fetches}``. Values of variables are in neither."""
    return {
        "text": print_plan(plan) + "\n" + "".join(_line(trace) for trace in traces),
        "fetches": [_fields(trace, plan.fetches[trace.id].after) for trace in traces],
    }


def _fields(trace: FetchTrace, after: Sequence[int]) -> dict[str, Any]:
    return {
        "id": trace.id,
        "subgraph": trace.subgraph,
        "after": list(after),
        "requests": trace.requests,
        "representations": trace.representations,
        "uniqueRepresentations": trace.unique_representations,
        "startMs": trace.start,
        "ms": trace.milliseconds,
        "failure": trace.failure,
    }


def _line(trace: FetchTrace) -> str:
    parts = [f"fetch {trace.id} ({trace.subgraph}): {trace.requests} request(s)"]
    if trace.representations:
        parts.append(f"{trace.representations} → {trace.unique_representations} representations")
    if trace.milliseconds is not None:
        parts.append(f"{trace.milliseconds:.1f} ms")
    if trace.failure:
        parts.append(trace.failure)
    return ", ".join(parts) + "\n"
