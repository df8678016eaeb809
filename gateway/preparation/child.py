"""The preparing process: reads jobs from its standard input, writes what they came to.

``python -m gateway.preparation.child``; started by ``process``. It ends when its input does, so
it never outlives the gateway by more than one job.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from typing import Any

from gateway.operation.errors import OperationRefused, TooComplex
from gateway.preparation.core import PreparationCore
from gateway.preparation.frames import pack, read_blocking
from gateway.preparation.jobs import Drop, Failed, Job, Load, Refused
from gateway.supergraph import load_supergraph
from shared.validation.nesting import NESTED_TOO_DEEPLY

POLITENESS = 5
"""Where the processor is short, requests go before new documents."""

_PICKLING_DEPTH = 10_000


def main() -> None:
    """Serve until standard input ends."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # of the whole group: the gateway is still draining
    os.nice(POLITENESS)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a stray print must not garble a reply
    cores: dict[int, PreparationCore] = {}
    gc.disable()  # collected between jobs, when nobody waits: it took a tenth of them
    while True:
        try:
            message = read_blocking(sys.stdin.buffer)
        except EOFError:
            return
        try:
            replies.write(_answer(message, cores))
            replies.flush()
        except BrokenPipeError:  # the gateway was killed
            os._exit(0)
        gc.collect(1)


def _answer(message: Load | Drop | Job, cores: dict[int, PreparationCore]) -> bytes:
    """Do what a message asks; each has one reply, by which the gateway knows that it is done."""
    match message:
        case Load():
            cores[message.generation] = PreparationCore(
                load_supergraph(message.sdl),
                message.limits,
                hide_suggestions=message.hide_suggestions,
            )
            gc.collect()
            gc.freeze()  # as the gateway itself: a full collection over it takes long
            return pack(None)
        case Drop():
            cores.pop(message.generation, None)
            gc.unfreeze()
            return pack(None)
        case _:
            return _packed(_do(message, cores[message.generation]))


def _do(job: Job, core: PreparationCore) -> Any:
    """What a job comes to: its result, or what it raised."""
    try:
        return job.run(core)
    except OperationRefused as refusal:
        refusal.__context__ = None
        return Refused(refusal)
    except MemoryError:
        raise  # as if the kernel had ended it: the next one begins with little
    except Exception:  # noqa: BLE001  one document is at fault: the next one is served
        return Failed(traceback.format_exc())


def _packed(result: Any) -> bytes:
    """Deep operations need a deep stack to be written; how deep is bounded by what is planned."""
    normal = sys.getrecursionlimit()
    sys.setrecursionlimit(_PICKLING_DEPTH)
    try:
        return pack(result)
    except RecursionError:
        return pack(Refused(TooComplex(NESTED_TOO_DEEPLY)))
    finally:
        sys.setrecursionlimit(normal)


if __name__ == "__main__":
    main()
