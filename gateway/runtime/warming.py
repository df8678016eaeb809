"""Preparing a new runtime with the documents that the old one was asked most recently."""

from __future__ import annotations

import asyncio

import structlog

from gateway.operation.errors import OperationRefused
from gateway.request.caller import ANONYMOUS
from gateway.request.context import RequestContext
from gateway.runtime.preparing import DocumentKey
from gateway.runtime.runtime import SupergraphRuntime

log = structlog.get_logger(__name__)

WARMED = 200
SECONDS = 60.0
"""What is not prepared by then is prepared when it is asked for."""


async def warm(new: SupergraphRuntime, old: SupergraphRuntime) -> None:
    """Prepare and plan what ``old`` holds, giving the loop a turn after each document."""
    deadline = asyncio.get_running_loop().time() + SECONDS
    context = RequestContext(ANONYMOUS, {}, deadline, "", client="warming")
    await new.wait_for_process(deadline)
    for text, operation_name in _one_of_each_shape(old)[:WARMED]:
        try:
            document = await new.prepare(text, operation_name, context)
            await new.plan(document, context)
        except OperationRefused:
            continue  # it does not fit the new schema: whoever asks again is told
        except Exception:  # a fault of ours in one document must not keep the supergraph out
            log.exception("a document could not be prepared")
        await asyncio.sleep(0)


def _one_of_each_shape(old: SupergraphRuntime) -> list[DocumentKey]:
    """The documents of ``old``, but of those that share an operation only the most recent."""
    seen: set[int] = set()
    found: list[DocumentKey] = []
    recent = old.documents.keys()
    for key in recent:
        document = old.documents.get(key)
        if document is not None and id(document.operation) not in seen:
            seen.add(id(document.operation))
            found.append(key)
    return found
