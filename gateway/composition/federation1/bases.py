"""What one Federation 1 subgraph extends another must define. EXTENSION_WITH_NO_BASE."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.composition.errors import CompositionError
from gateway.composition.federation1.fields import is_extension
from gateway.composition.model import ROOT_NAMES, Subgraph


def check_bases(subgraphs: Sequence[Subgraph]) -> Iterator[CompositionError]:
    """EXTENSION_WITH_NO_BASE of Federation 1: what one subgraph extends another must define."""
    for subgraph in subgraphs:
        for name, declared in subgraph.types.items():
            if subgraph.version >= (2, 0) or name in ROOT_NAMES or not is_extension(declared):
                continue
            if not any(
                name in other.types and other.types[name].defined
                for other in subgraphs
                if other is not subgraph
            ):
                yield CompositionError(
                    "EXTENSION_WITH_NO_BASE",
                    f'[{subgraph.name}] Type "{name}" is an extension type, but there is no type '
                    f'definition for "{name}" in any subgraph.',
                    (name,),
                    (subgraph.name,),
                    "Define it in the subgraph that owns it.",
                )
