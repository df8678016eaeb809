"""What was compared and what differed, counted and written for a person."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field

from tests.conformance.peers.comparing import Reply
from tests.conformance.peers.judging import Judged, Verdict

_SHOWN = 600
_NOT_COMPARED = (Verdict.REFUSED, Verdict.UNSTEADY)


@dataclass
class Tally:
    """Counts of one comparison. ``every`` tells the peer's own contradictions, too."""

    every: bool = False
    with_values: int = 0
    with_errors: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)

    @property
    def compared(self) -> int:
        """How many operations both answered."""
        return sum(n for verdict, n in self.verdicts.items() if verdict not in _NOT_COMPARED)

    @property
    def failed(self) -> bool:
        """Whether somebody must look."""
        return any(verdict.is_open for verdict in self.verdicts)

    def note(self, judged: Judged) -> bool:
        """Count one operation; say whether it is worth telling."""
        self.verdicts[judged.verdict] += 1
        if judged.verdict not in _NOT_COMPARED:
            self.with_values += _has_value(judged.ours.tree)
            self.with_errors += bool(judged.ours.errors)
        peers = self.every and judged.verdict is Verdict.PEER_CONTRADICTS_ITSELF
        return judged.verdict.is_open or peers

    def tell(self, about: str) -> None:
        """Write the counts."""
        write(
            f"{about}: {self.compared} operations compared, {self.with_values} answered with "
            f"values, {self.with_errors} with errors"
        )
        for verdict in Verdict:
            if self.verdicts[verdict]:
                write(f"  {self.verdicts[verdict]:5} {verdict}")


def write(text: str) -> None:
    """Write a line to stdout."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tell(about: str, judged: Judged) -> None:
    """Write one finding."""
    write(f"\n── {about}: {judged.verdict} ({', '.join(judged.kinds)})")
    write(f"{judged.generated.text}\n{judged.generated.variables}")
    for side, reply in (("ours", judged.ours), ("theirs", judged.theirs)):
        write(f"{side:6} {reply.data[:_SHOWN]}\n       {_errors(reply)[:_SHOWN]}")


def _errors(reply: Reply) -> str:
    return str(sorted(reply.errors, key=repr))


def _has_value(value: object) -> bool:
    if isinstance(value, dict):
        return any(_has_value(item) for key, item in value.items() if key != "__typename")
    if isinstance(value, list):
        return any(_has_value(item) for item in value)
    return value not in (None, "Query")
