"""Supergraphs for differential tests: small, and between them all that the planner can meet."""

from __future__ import annotations

import re
from pathlib import Path

_LINK = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: [
  "@key" "@requires" "@provides" "@external" "@shareable" "@override" "@inaccessible"
  "@interfaceObject"
])
"""


def _linked(**subgraphs: str) -> dict[str, str]:
    return {name: _LINK + sdl for name, sdl in subgraphs.items()}


SHOP = _linked(
    accounts="""
      type Query { me: User user(id: ID!): User users: [User!] }
      type Mutation { rename(id: ID!, name: String!): User }
      type User @key(fields: "id") @key(fields: "email") {
        id: ID! email: String! name: String @shareable level: Level manager: User
      }
      enum Level { LOW HIGH }
    """,
    products="""
      type Query { top(first: Int = 3): [Product] product(upc: String!): Product! node: Node }
      type Mutation { restock(upc: String!): Product }
      interface Node { id: ID! }
      type Product implements Node @key(fields: "upc") @key(fields: "id") {
        upc: String! id: ID! name(lang: String): String price: Float! weight: Int
        size: Size @shareable
      }
      type Size @shareable { height: Int! width: Int }
    """,
    inventory="""
      type Product @key(fields: "upc") {
        upc: String! price: Float! @external weight: Int @external
        inStock: Boolean shipping(zone: Int): Int @requires(fields: "price weight")
        warehouse: Warehouse! size: Size @shareable
      }
      type Size @shareable { height: Int! width: Int }
      type Warehouse @key(fields: "code") { code: Int! city: String products: [Product!] }
    """,
    reviews="""
      type Query { latest: [Review!]! search(text: String): [Found!] }
      type Review @key(fields: "id") {
        id: ID! body: String stars: Int! product: Product author: User @provides(fields: "name")
        replies: [Review]
      }
      union Found = Review | Product | User
      type User @key(fields: "id") {
        id: ID! name: String @external reviews(first: Int): [Review!]
      }
      type Product @key(fields: "upc") { upc: String! reviews: [Review] rating: Float }
    """,
)

MEDIA = _linked(
    library="""
      type Query { media: [Media!] book(id: ID!): Book shelf: Shelf any: Thing }
      interface Media @key(fields: "id") { id: ID! title: String publisher: Publisher }
      type Book implements Media @key(fields: "id") {
        id: ID! title: String publisher: Publisher pages: Int
      }
      type Film implements Media @key(fields: "id") {
        id: ID! title: String publisher: Publisher minutes: Int! sequel: Film
      }
      type Publisher @key(fields: "id") { id: ID! name: String }
      type Shelf { items: [Media] pair: [[Thing!]] }
      union Thing = Book | Publisher
    """,
    ratings="""
      type Query { best: Media rated: [Media!]! }
      type Media @key(fields: "id") @interfaceObject {
        id: ID! rating: Int votes(min: Int): [Vote!] similar: [Media]
      }
      type Vote { by: String! on: Media }
    """,
    prices="""
      type Query { offer: Sellable cheapest: [Priced] }
      interface Priced { price: Int currency: String }
      union Sellable = Book | Film
      type Book implements Priced @key(fields: "id") { id: ID! price: Int currency: String }
      type Film implements Priced @key(fields: "id") {
        id: ID! price: Int currency: String! rental: Rental
      }
      type Rental implements Priced { price: Int currency: String days: Int }
    """,
    people="""
      type Query { publishers: [Publisher] }
      type Publisher @key(fields: "id") { id: ID! staff: [Person!] owner: Owner }
      union Owner = Person | Publisher
      type Person @key(fields: "id") { id: ID! name: String! employer: Publisher }
    """,
)

KEYS = _linked(
    a="""
      type Query { items: [Item] orders: [Order!] }
      type Item @key(fields: "id") { id: ID! label: String }
      type Order @key(fields: "id") { id: ID! total: Int lines: [Line!]! buyer: Party }
      type Line { item: Item count: Int }
      type Party @key(fields: "id") { id: ID! name: String }
    """,
    b="""
      type Item @key(fields: "id") @key(fields: "sku") { id: ID! sku: String! colour: Colour }
      enum Colour { RED GREEN BLUE }
    """,
    c="""
      type Item @key(fields: "sku") @key(fields: "maker { code } serial") {
        sku: String! serial: Int! maker: Maker! origin: String
      }
      type Maker @shareable { code: String! }
      type Query { palette: Colour }
      enum Colour { RED GREEN }
    """,
    d="""
      type Item @key(fields: "maker { code } serial") {
        maker: Maker! serial: Int! recalled: Boolean
        origin: String @external
        warning: String @requires(fields: "origin")
      }
      type Maker @shareable { code: String! }
      type Query { byMaker(code: String): Item root: Query }
    """,
    e="""
      type Order @key(fields: "id") {
        id: ID!
        total: Int @external
        buyer: Party @external
        vat: Float @requires(fields: "total")
        greeting: String @requires(fields: "buyer { name }")
      }
      type Party @key(fields: "id") { id: ID! name: String @external secret: Int @inaccessible }
    """,
    f="""
      type Item @key(fields: "id") { id: ID! label: String @override(from: "a") shelf: Int }
      type Party @key(fields: "id") { id: ID! age: Int friends: [Party] }
      type Query { parties: [Party] hidden: String @inaccessible }
    """,
)

SPREAD = _linked(
    left="""
      type Query { animal: Animal animals: [Animal!] pet: Pet owner: Owner }
      interface Animal { id: ID! name: String }
      interface Furry { fur: Coat }
      type Dog implements Animal & Furry @key(fields: "id") {
        id: ID! name: String fur: Coat friend: Animal
      }
      type Cat implements Animal & Furry @key(fields: "id") {
        id: ID! name: String fur: Coat lives: Int!
      }
      type Fish implements Animal @key(fields: "id") { id: ID! name: String water: String }
      type Coat @shareable { colour: String length: Int }
      union Pet = Dog | Cat | Fish
      type Owner @key(fields: "id") { id: ID! pets: [Pet!] favourite: Animal }
    """,
    right="""
      type Query { zoo: [Beast] vet(id: ID): Owner }
      interface Beast { id: ID! age: Int }
      type Dog implements Beast @key(fields: "id") {
        id: ID! age: Int barks: Boolean owner: Owner
      }
      type Cat implements Beast @key(fields: "id") { id: ID! age: Int owner: Owner! }
      type Owner @key(fields: "id") {
        id: ID! phone: String beasts(kind: Kind): [Beast] address: Address
      }
      enum Kind { BIG SMALL }
      type Address @shareable { street: String city: City }
      type City @key(fields: "zip") { zip: String! name: String }
    """,
    places="""
      type Query { cities(filter: CityFilter): [City] }
      input CityFilter { zip: String min: Int! = 1 tags: [String!] }
      type City @key(fields: "zip") { zip: String! mayor: Owner animals: [Animal] coat: Coat }
      type Coat @shareable { colour: String length: Int }
      interface Animal { id: ID! }
      type Dog implements Animal @key(fields: "id") { id: ID! }
      type Fish implements Animal @key(fields: "id") { id: ID! depth: Float }
      type Owner @key(fields: "id") { id: ID! }
    """,
)

_SCHEMA = Path(__file__).parents[3] / "schema"
_NO_PART_OF_THE_DATA = re.compile(
    r"\s*(?<!\")@(authenticated|requiresScopes|policy|listSize|cost)(\([^)]*\))?"
)
OWN = {
    name: _NO_PART_OF_THE_DATA.sub("", (_SCHEMA / f"{name}.graphql").read_text())
    for name in ("auth", "catalog")
}
"""The real subgraphs; who may see what is tested elsewhere."""

# A key that may be null in a part of it, and names an order all the same.
ORDERS = _linked(
    orders="""
      type Query { orders: [Order!] }
      type Order @key(fields: "lines { sku options { name } } owner { id }") {
        lines: [Line!]! @shareable owner: Owner! @shareable placed: Int
      }
      type Line @shareable { sku: ID! options: [Option!] }
      type Option { name: String! @shareable price: Int }
      type Owner @key(fields: "id") { id: ID! name: String! }
    """,
    totals="""
      type Order @key(fields: "lines { sku options { name } } owner { id }") {
        lines: [Line!]! @shareable owner: Owner! @shareable
        total: Int! notes(first: Int = 3): [String!]
      }
      type Line @shareable { sku: ID! options: [Option!] }
      type Option { name: String! @shareable }
      type Owner @key(fields: "id") { id: ID! orders: [Order] }
    """,
)

CASES = {
    "shop": SHOP,
    "media": MEDIA,
    "keys": KEYS,
    "spread": SPREAD,
    "own": OWN,
    "orders": ORDERS,
}
