"""`est schema check`: the schema files say what the code says, and everything is described."""

from __future__ import annotations

from pathlib import Path

from graphql import build_schema

from est.errors import SchemaFault
from est.schema.breaking import breaking_changes, committed_api
from est.schema.descriptions import undescribed
from est.schema.drift import drifted
from est.schema.files import API, composed, exported
from est.schema.reference import REFERENCE, reference


def check(folder: Path, base: str, *, docs: Path | None = None) -> list[str]:
    """Return the breaking changes since the revision `base`; `docs` holds the API reference.

    Raises `SchemaFault` when the schemas do not compose, a file drifted, or a description is
    missing; it names every such fault.
    """
    subgraphs = exported()
    both = composed(subgraphs)
    faults = list(drifted(folder, subgraphs | both))
    if docs:
        faults += drifted(docs, {REFERENCE: reference(both[API])})
    if missing := list(undescribed(build_schema(both[API]))):
        faults.append("Without a description:\n" + "\n".join(f"    {name}" for name in missing))
    if faults:
        raise SchemaFault("\n".join(faults))
    return breaking_changes(committed_api(folder, base), both[API])
