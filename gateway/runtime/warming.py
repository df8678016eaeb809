"""Preparing a new runtime with the documents that the old one was asked most recently."""

from __future__ import annotations

import asyncio

from gateway.operation.errors import OperationRefused
from gateway.request.caller import ANONYMOUS
from gateway.runtime.runtime import SupergraphRuntime

WARMED = 200


async def warm(new: SupergraphRuntime, old: SupergraphRuntime) -> None:
    """Prepare and plan what ``old`` holds, giving the loop a turn after each document."""
    for text, operation_name in old.operations.keys()[:WARMED]:
        try:
            prepared = new.prepare(text, operation_name)
            new.plan(prepared, ANONYMOUS, frozenset())
        except OperationRefused:
            continue  # it does not fit the new schema: whoever asks again is told
        await asyncio.sleep(0)
