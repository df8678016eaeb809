"""From the selection tree to a draft: goal by goal, then again without needless requests."""

from gateway.planning.solve.draft import Choice, Draft, NeededWhen, Solution
from gateway.planning.solve.solve import solve

__all__ = ["Choice", "Draft", "NeededWhen", "Solution", "solve"]
