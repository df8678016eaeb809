"""Plan → gathered data: fetches sent, representations built, results merged, errors placed."""

from gateway.execution.batching import RequestLoaders
from gateway.execution.client_document import ClientDocument
from gateway.execution.errors import COMMON_CODES, ErrorPolicy
from gateway.execution.executable import ExecutablePlan, compile_plan, compiling_plan
from gateway.execution.executor import execute

__all__ = [
    "COMMON_CODES",
    "ClientDocument",
    "ErrorPolicy",
    "ExecutablePlan",
    "RequestLoaders",
    "compile_plan",
    "compiling_plan",
    "execute",
]
