"""The catalog subgraph's schema. Needs no database: ``schema.as_str()`` is what is composed."""

from catalog_service.api.input_rules import RULES
from catalog_service.api.mutations import Mutation
from catalog_service.api.queries import Query
from catalog_service.api.types.data_export import DataExport
from catalog_service.api.types.user import User
from shared.graphql import SubgraphSchema

schema = SubgraphSchema(query=Query, mutation=Mutation, types=[User, DataExport], rules=RULES)
