"""The passes over a draft, in their order: what has been decided gets conditions, names, levels."""

from __future__ import annotations

from collections.abc import Callable

from gateway.planning.passes.delay_for_type_names import delay_for_type_names
from gateway.planning.passes.mark_conditions import mark_conditions
from gateway.planning.passes.name_context_variables import name_context_variables
from gateway.planning.passes.name_internal_fields import name_internal_fields
from gateway.planning.passes.name_type_names import name_type_names
from gateway.planning.passes.request_type_names import request_type_names
from gateway.planning.solve import Draft

Pass = Callable[[Draft], None]

PASSES: tuple[Pass, ...] = (
    mark_conditions,  # first: what no goal rests on is not asked, and gets no name
    name_type_names,  # before other names: the client's keys alone decide it
    name_internal_fields,  # only what is asked takes a key from others, and none that of type names
    request_type_names,  # after naming: only keys show where a path must tell types apart
    delay_for_type_names,  # after that: it waits for those who tell the types
    name_context_variables,  # last: names differ within a request, and now requests are final
)

__all__ = ["PASSES", "Pass"]
