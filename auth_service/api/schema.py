"""The auth subgraph's schema. Needs no database: ``schema.as_str()`` is what is composed."""

from auth_service.api.mutations import Mutation
from auth_service.api.queries import Query
from shared.graphql import SubgraphSchema

schema = SubgraphSchema(query=Query, mutation=Mutation)
