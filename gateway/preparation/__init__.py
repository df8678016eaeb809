"""From a new document to its plan: the long, pure work that the event loop must not wait for.

``core`` does it, synchronously. A server does it in one process beside its own (``process`` here,
``child`` there), a job at a time and fairly among clients (``fair_queue``), but for small documents
(``small_jobs``); without one it is done on the spot. What comes back is data. Measurements and what
else was tried: docs/decisions/0813 and 0612.
"""

from gateway.preparation.core import PlanOutcome, PreparationCore, PreparedParts
from gateway.preparation.process import PreparationProcess
from gateway.preparation.shared_work import SharedWork

__all__ = [
    "PlanOutcome",
    "PreparationCore",
    "PreparationProcess",
    "PreparedParts",
    "SharedWork",
]
