"""Can every query of the supergraph be answered? SATISFIABILITY_ERROR where not.

The supergraph is walked type by type. At each step we know at which locations (subgraph and type)
an object can be, which further subgraphs its keys lead to, and so which fields they give.
"""

from gateway.composition.satisfiability.check import check_satisfiability

__all__ = ["check_satisfiability"]
