"""Answers to ``__schema`` and ``__type``, from the API schema alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from graphql import ExecutionResult, GraphQLSchema, execute_sync

from gateway.config.settings import Explorer
from gateway.operation.cache import BoundedCache
from gateway.operation.errors import OperationRefused
from gateway.operation.prepare import PreparedOperation
from gateway.request.caller import Caller
from gateway.request.json_text import dumps


class IntrospectionRefused(OperationRefused):
    """The caller may not explore the schema."""

    code = "FORBIDDEN"
    status = 403


Remembered = BoundedCache[tuple[str, str | None, bytes], dict[str, Any]]
"""Answers by document, operation name and variables."""


class ExplorerRule:
    """Who may explore: everyone, nobody, or who has a role in a claim of a verified token."""

    def __init__(self, mode: Explorer, claim: str, roles: frozenset[str]) -> None:
        self.mode = mode
        self.claim = claim
        self.roles = roles

    def check(self, caller: Caller) -> None:
        """Raise IntrospectionRefused unless ``caller`` may explore."""
        if self.mode is Explorer.PUBLIC:
            return
        if self.mode is Explorer.OFF:
            raise IntrospectionRefused("Introspection is switched off.")
        if not caller.is_verified:
            raise IntrospectionRefused(
                "Introspection needs an access token.", code="UNAUTHENTICATED"
            )
        if self.roles.isdisjoint(caller.words(self.claim)):
            raise IntrospectionRefused("Your role may not explore the schema.")


async def introspect(
    operation: PreparedOperation,
    schema: GraphQLSchema,
    variables: Mapping[str, Any],
    remembered: Remembered,
) -> dict[str, Any]:
    """Answer the operation's introspection fields; they depend on nothing but the variables.

    A whole schema takes longer than the event loop should be held: a thread lets it have its turns.
    """
    written = dumps(dict(sorted(variables.items())))
    key = operation.hash, operation.operation.name, written
    data = remembered.get(key)
    if data is None:
        assert operation.introspection is not None  # noqa: S101 - the caller looked
        result = await asyncio.to_thread(
            execute_sync, schema, operation.introspection, variable_values=dict(variables)
        )
        assert isinstance(result, ExecutionResult)  # noqa: S101 - nothing in it awaits
        data = result.data or {}
        remembered.put(key, data)
    return data
