"""The auth subgraph's schema. Needs no database: ``schema.as_str()`` is what is composed."""

from auth_service.api.mutations import Mutation
from auth_service.api.queries import Query
from auth_service.schemas.invitation import Invitation
from shared.graphql import SubgraphSchema
from shared.graphql.cost import DEFAULT_COST
from shared.graphql.documents import DocumentLimits

# A hundred logins in one document are counted one by one, each against the attempt limits; refused
# as a whole they would be counted not at all.
LIMITS = DocumentLimits(cost=2 * DEFAULT_COST)

schema = SubgraphSchema(query=Query, mutation=Mutation, types=[Invitation], limits=LIMITS)
