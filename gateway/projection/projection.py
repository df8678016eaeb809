"""The compiled projection of one operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from graphql import GraphQLSchema

from gateway.operation.model import Operation
from gateway.projection.client_paths import Selected, client_path, selected_keys, stands_in
from gateway.projection.compile import ProjectionCompiler
from gateway.projection.denials import Denial, by_path
from gateway.projection.generate import Generated, Irregular, generate
from gateway.projection.run import Run
from gateway.request.gathered import MAX_ERRORS, FieldError, Gathered

USES_BEFORE_SOURCE = 3
"""Making source takes as long as some tens of projections; most documents come once."""


class Projection:
    """Shapes gathered data into the ``data`` and ``errors`` of the answer."""

    def __init__(
        self,
        operation: Operation,
        api_schema: GraphQLSchema,
        typename_key: str,
        denials: Iterable[Denial],
    ) -> None:
        denied = by_path(denials)
        compiler = ProjectionCompiler(api_schema, typename_key, denied)
        self._operation = operation
        self._complete = compiler.root(operation.selection)
        self._selected: Selected | None = None
        self._uses = 0
        self._generated: Generated | None = None
        self._generate = (
            None if denied else partial(generate, operation.selection, api_schema, typename_key)
        )

    def __call__(
        self, gathered: Gathered, variables: Mapping[str, Any]
    ) -> tuple[dict[str, Any] | None, list[FieldError]]:
        """Return data in the order of the operation, and at most 100 errors."""
        if self._generated is not None:
            if not gathered.errors and not gathered.failed:
                try:
                    return self._generated(gathered.data), []
                except (Irregular, KeyError, TypeError):
                    pass  # the closures say what it is
        elif self._uses < USES_BEFORE_SOURCE:
            self._uses += 1
        elif (make := self._generate) is not None:  # taken once: threads may project, too
            self._generate = None
            self._generated = make()
        return self.interpreted(gathered, variables)

    def interpreted(
        self, gathered: Gathered, variables: Mapping[str, Any]
    ) -> tuple[dict[str, Any] | None, list[FieldError]]:
        """Do it by closures, which can tell what is wrong."""
        if gathered.errors:
            gathered.errors = [self._in_client_keys(error) for error in gathered.errors]
        run = Run(gathered, variables)
        data = self._complete(gathered.data, None, run)
        errors = [error for error in gathered.errors if stands_in(error.path, data)]
        return data, _bounded([*errors, *run.errors], gathered.dropped + run.dropped)

    def _in_client_keys(self, error: FieldError) -> FieldError:
        if self._selected is None:
            self._selected = selected_keys(self._operation)
        path = client_path(error.path, self._selected)
        return error if path == error.path else replace(error, path=path)


def compile_projection(
    operation: Operation,
    api_schema: GraphQLSchema,
    typename_key: str = "__typename",
    denials: Iterable[Denial] = (),
) -> Projection:
    """Compile the projection of ``operation``; kept beside its plan.

    ``typename_key``: where objects at abstract positions carry their concrete type name (the
    plan's). ``denials``: fields this variant must not show.
    """
    return Projection(operation, api_schema, typename_key, denials)


def _bounded(errors: list[FieldError], dropped: int) -> list[FieldError]:
    """At most MAX_ERRORS, the last one counting the rest."""
    if not dropped and len(errors) <= MAX_ERRORS:
        return errors
    kept = errors[: MAX_ERRORS - 1]
    rest = dropped + len(errors) - len(kept)
    return [*kept, FieldError(f"{rest} more errors.", (), {"code": "TOO_MANY_ERRORS"})]
