"""From a finished draft to the plan: documents, representations, and what waits for what."""

from gateway.planning.assemble.assemble import assemble

__all__ = ["assemble"]
