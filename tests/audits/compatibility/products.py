"""The products service of Apollo's compatibility tests, with the parts that our services share.

What it has to answer is said in the tests' SUBGRAPH_GUIDE. The oldest directive they know is of
Federation 2.0, the newest of 2.3, and they refuse a schema that links a newer version.
"""

from __future__ import annotations

from typing import Any

import strawberry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from strawberry.schema_directive import Location

from shared.graphql import RequestContext, SubgraphSchema, SubgraphView
from shared.graphql.errors import ErrorPresenter
from shared.http.admission import Admission
from shared.http.gateway_key import GatewayKeyMiddleware, client_ip
from shared.http.request_id import RequestIdMiddleware, request_id
from shared.settings import SubgraphAccess
from shared.tokens import AccessTokenValidator, BearerAuthenticator, StaticKeys

JANE = "support@apollographql.com"


@strawberry.federation.schema_directive(locations=[Location.OBJECT], name="custom", compose=True)
class Custom:
    """A directive of somebody else, which must survive composition."""


@strawberry.federation.type(keys=["email"], extend=True)
class User:
    """Comes from the users service; its name from here."""

    email: strawberry.ID = strawberry.federation.field(external=True)
    name: str | None = strawberry.federation.field(override="users", default="Jane Smith")
    total_products_created: int | None = strawberry.federation.field(external=True, default=None)
    years_of_employment: int = strawberry.federation.field(external=True, default=0)

    @strawberry.federation.field(  # type: ignore[untyped-decorator]
        requires=["totalProductsCreated", "yearsOfEmployment"]
    )
    def average_products_created_per_year(self) -> int | None:
        if self.total_products_created is None or not self.years_of_employment:
            return None
        return round(self.total_products_created / self.years_of_employment)

    @classmethod
    def resolve_reference(
        cls,
        email: str,
        totalProductsCreated: int | None = None,  # noqa: N803  a representation's key
        yearsOfEmployment: int = 0,  # noqa: N803
    ) -> User:
        return cls(
            email=strawberry.ID(email),
            total_products_created=totalProductsCreated,
            years_of_employment=yearsOfEmployment,
        )


@strawberry.federation.type(shareable=True)
class ProductDimension:
    size: str | None
    weight: float | None
    unit: str | None = strawberry.federation.field(inaccessible=True)


@strawberry.type
class ProductVariation:
    id: strawberry.ID


@strawberry.type
class CaseStudy:
    case_number: strawberry.ID
    description: str | None


@strawberry.federation.type(keys=["study { caseNumber }"])
class ProductResearch:
    study: CaseStudy
    outcome: str | None = None

    @classmethod
    def resolve_reference(cls, study: dict[str, Any]) -> ProductResearch | None:
        known = (research for product in PRODUCTS for research in product.research)
        return next((r for r in known if r.study.case_number == study["caseNumber"]), None)


@strawberry.federation.type(keys=["sku package"])
class DeprecatedProduct:
    sku: str
    package: str
    reason: str | None
    created_by: User | None

    @classmethod
    def resolve_reference(cls, sku: str, package: str) -> DeprecatedProduct | None:
        return OLD if (sku, package) == (OLD.sku, OLD.package) else None


@strawberry.federation.type(
    keys=["id", "sku package", "sku variation { id }"], directives=[Custom()]
)
class Product:
    id: strawberry.ID
    sku: str | None
    package: str | None
    variation: ProductVariation | None
    dimensions: ProductDimension | None
    created_by: User | None = strawberry.federation.field(provides=["totalProductsCreated"])
    notes: str | None = strawberry.federation.field(tags=["internal"])
    research: list[ProductResearch]

    @classmethod
    def resolve_reference(
        cls,
        id: str | None = None,  # noqa: A002
        sku: str | None = None,
        package: str | None = None,
        variation: dict[str, Any] | None = None,
    ) -> Product | None:
        for product in PRODUCTS:
            if product.id == id:
                return product
            if product.sku == sku and product.package == package:
                return product
            of = product.variation
            if product.sku == sku and variation and of and of.id == variation["id"]:
                return product
        return None


@strawberry.federation.interface_object(keys=["id"])
class Inventory:
    id: strawberry.ID
    deprecated_products: list[DeprecatedProduct]

    @classmethod
    def resolve_reference(cls, id: str) -> Inventory | None:  # noqa: A002
        known = "apollo-oss"
        return cls(id=strawberry.ID(id), deprecated_products=[OLD]) if id == known else None


def _product(name: str, package: str, variation: str, study: CaseStudy) -> Product:
    return Product(
        id=strawberry.ID(f"apollo-{name}"),
        sku=name,
        package=package,
        variation=ProductVariation(id=strawberry.ID(variation)),
        dimensions=ProductDimension(size="small", weight=1, unit="kg"),
        created_by=User(
            email=strawberry.ID(JANE), total_products_created=1337, years_of_employment=10
        ),
        notes=None,
        research=[ProductResearch(study=study)],
    )


OLD = DeprecatedProduct(
    sku="apollo-federation-v1",
    package="@apollo/federation-v1",
    reason="Migrate to Federation V2",
    created_by=User(email=strawberry.ID(JANE)),
)
PRODUCTS = [
    _product(
        "federation",
        "@apollo/federation",
        "OSS",
        CaseStudy(case_number=strawberry.ID("1234"), description="Federation Study"),
    ),
    _product(
        "studio",
        "",
        "platform",
        CaseStudy(case_number=strawberry.ID("1235"), description="Studio Study"),
    ),
]


@strawberry.type
class Query:
    @strawberry.field
    def product(self, id: strawberry.ID) -> Product | None:  # noqa: A002
        return Product.resolve_reference(id=id)

    @strawberry.field(  # type: ignore[untyped-decorator]
        deprecation_reason="Use product query instead"
    )
    def deprecated_product(self, sku: str, package: str) -> DeprecatedProduct | None:
        return DeprecatedProduct.resolve_reference(sku, package)


def make_schema() -> SubgraphSchema:
    """The schema; ``as_str()`` is what is composed."""
    return SubgraphSchema(query=Query, types=[Inventory], federation_version="2.3")


def make_app() -> Starlette:
    """The service, open to everybody: the tests know no gateway key."""
    validator = AccessTokenValidator("nobody", "nothing", StaticKeys([]))
    view = SubgraphView(
        make_schema(),
        BearerAuthenticator(validator),
        lambda request, caller: RequestContext(
            caller=caller, client_ip=client_ip(request), request_id=request_id(request)
        ),
        ErrorPresenter(),
        Admission(slots=20, requests=500, patience=5.0),
    )
    return Starlette(
        routes=[Route("/graphql", view)],
        middleware=[
            Middleware(RequestIdMiddleware),
            Middleware(GatewayKeyMiddleware, keys=(), access=SubgraphAccess.OPEN),
        ],
    )
