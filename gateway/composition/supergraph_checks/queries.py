"""A supergraph without a query cannot be asked anything. NO_QUERIES."""

from __future__ import annotations

from gateway.composition.merging.state import Merging


def check_queries(merged: Merging) -> None:
    """Some subgraph must define a field of Query."""
    query = merged.types.get("Query")
    if query is None or not query.fields:
        merged.refuse(
            "NO_QUERIES",
            "No queries found in any subgraph: a supergraph must have a query root type.",
            "Query",
            (),
            "Define a field of Query in one of the subgraphs.",
        )
