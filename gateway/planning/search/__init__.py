"""The search: how a field can be answered. Begin with the head note of ``search``."""

from gateway.planning.search.lookahead import Lookahead
from gateway.planning.search.search import FieldSearch
from gateway.planning.search.state import SearchState

__all__ = ["FieldSearch", "Lookahead", "SearchState"]
