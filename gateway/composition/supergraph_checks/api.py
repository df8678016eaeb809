"""The API schema must be valid GraphQL: graphql-core's rules for what no other rule names."""

from __future__ import annotations

from graphql import validate_schema

from gateway.composition.errors import CompositionError
from gateway.composition.merging.state import Merging
from gateway.composition.printing.api import build_api_schema


def check_api(merged: Merging) -> None:
    """INVALID_GRAPHQL of the merged schema; leaves the API schema behind."""
    merged.api = build_api_schema(merged)
    for error in validate_schema(merged.api):
        merged.errors.append(CompositionError("INVALID_GRAPHQL", error.message))
