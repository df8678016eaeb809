"""What a subgraph needs around its Strawberry types.

``SubgraphSchema`` (documents cached, limits, plain leaves read directly, errors masked),
``SubgraphView`` (the HTTP door), ``RequestContext`` (what resolvers read), ``require_user`` and its
siblings (permissions), ``Loads`` (entities by id, one load per request and turn), and the
scalars. A service's ``api.schema`` makes the schema, its ``api.app`` the view.
"""

from shared.graphql.context import RequestContext
from shared.graphql.loaders import Loads
from shared.graphql.permissions import SignedIn, require_judged, require_user
from shared.graphql.scalars import SCALARS
from shared.graphql.schema import SubgraphSchema
from shared.graphql.view import SubgraphView, door_of

__all__ = [
    "SCALARS",
    "Loads",
    "RequestContext",
    "SignedIn",
    "SubgraphSchema",
    "SubgraphView",
    "door_of",
    "require_judged",
    "require_user",
]
