"""Federated tracing (FTV1): how long an operation took, for a gateway that asks.

A gateway that sends ``apollo-federation-include-trace: ftv1`` gets ``extensions.ftv1``: a message
``Trace`` of Apollo's ``reports.proto``, serialised and in base64. Ours tells begin, end and
duration of the operation and has an empty root node: plain fields are not resolved one by one here,
and a clock around each would cost more than they do.
"""

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

HEADER = "apollo-federation-include-trace"
WANTED = "ftv1"

# Numbers of the fields of Trace and of google.protobuf.Timestamp.
END_TIME, START_TIME, DURATION_NS, ROOT = 3, 4, 11, 14
SECONDS, NANOS = 1, 2
_VARINT, _BYTES = 0, 2
_SEVEN_BITS, _MORE = 0x7F, 0x80
_BILLION = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Trace:
    """One operation under way. Wall clock for the instants, monotonic for the duration."""

    started_at: int = field(default_factory=time.time_ns)
    _began: int = field(default_factory=time.perf_counter_ns)

    def ended(self) -> str:
        """The trace as ``extensions.ftv1`` has it."""
        duration = time.perf_counter_ns() - self._began
        message = (
            _message(END_TIME, _timestamp(self.started_at + duration))
            + _message(START_TIME, _timestamp(self.started_at))
            + _number(DURATION_NS, duration)
            + _message(ROOT, b"")
        )
        return base64.b64encode(message).decode()


def trace_for(headers: Mapping[str, str]) -> Trace | None:
    """A trace that begins now, if the gateway asks for one."""
    return Trace() if headers.get(HEADER) == WANTED else None


def _timestamp(nanoseconds: int) -> bytes:
    seconds, rest = divmod(nanoseconds, _BILLION)
    return _number(SECONDS, seconds) + _number(NANOS, rest)


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3 | _VARINT) + _varint(value)


def _message(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    """Seven bits a byte, the least first; the high bit says that more follow."""
    written = bytearray()
    while value > _SEVEN_BITS:
        written.append(value & _SEVEN_BITS | _MORE)
        value >>= 7
    written.append(value)
    return bytes(written)
