"""Answers to ``__schema`` and ``__type``, from the API schema alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from graphql import ExecutionResult, GraphQLSchema, execute_sync

from gateway.operation.cache import BoundedCache
from gateway.operation.compiler import CompiledOperation
from gateway.request.json_text import dumps

IntrospectionCache = BoundedCache[tuple[str, str | None, bytes], dict[str, Any]]
"""Answers by document, operation name and variables."""


async def introspect(
    compiled: CompiledOperation,
    schema: GraphQLSchema,
    variables: Mapping[str, Any],
    cache: IntrospectionCache,
) -> dict[str, Any]:
    """Answer the operation's introspection fields; they depend on nothing but the variables.

    A whole schema takes longer than the event loop should be held: a thread lets it have its turns.
    """
    written = dumps(dict(sorted(variables.items())))
    key = compiled.hash, compiled.operation.name, written
    data = cache.get(key)
    if data is None:
        assert compiled.introspection is not None  # noqa: S101 - the caller looked
        result = await asyncio.to_thread(
            execute_sync, schema, compiled.introspection, variable_values=dict(variables)
        )
        assert isinstance(result, ExecutionResult)  # noqa: S101 - nothing in it awaits
        data = result.data or {}
        cache.put(key, data)
    return data
