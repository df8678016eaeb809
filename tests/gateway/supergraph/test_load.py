"""Reading supergraphs: what each join version says, what is refused, what clients see."""

from __future__ import annotations

import pytest
from graphql import print_schema

from gateway.operation.model import OperationKind
from gateway.supergraph import Requirement, Supergraph, SupergraphInvalid, load_supergraph
from gateway.supergraph.field_set import FieldSelection, FragmentSelection, parse_field_set
from gateway.supergraph.field_set import print_field_set as printed

LINKS = """schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.%s", for: EXECUTION)
  %s
{ query: Query }
enum join__Graph {
  A @join__graph(name: "a", url: "http://a.test")
  B_SIDE @join__graph(name: "b-side", url: "")
}
"""


def load(body: str, *, join: int = 3, links: str = "") -> Supergraph:
    return load_supergraph(LINKS % (join, links) + body)


SMALL = """
type Query @join__type(graph: A) { user: User }
type User @join__type(graph: A, key: "id") @join__type(graph: B_SIDE, key: "id org { id }", resolvable: false) {
  id: ID!
  name(short: Boolean = false): String @join__field(graph: A)
  age: Int @join__field(graph: A, external: true) @join__field(graph: B_SIDE, override: "a", overrideLabel: "x")
  org: Org @join__field(graph: B_SIDE, requires: "age", provides: "id", type: "Org!")
  later: Int @join__field
}
type Org @join__type(graph: B_SIDE) { id: ID! }
"""  # noqa: E501


def test_subgraphs_go_by_their_names() -> None:
    supergraph = load(SMALL)
    assert {n: i.url for n, i in supergraph.subgraphs.items()} == {
        "a": "http://a.test",
        "b-side": "",
    }
    assert supergraph.roots == {OperationKind.QUERY: "Query"}
    assert supergraph.labels == {"x"}


def test_what_each_subgraph_says_of_a_type_and_its_fields() -> None:
    user = load(SMALL).types["User"]
    a, b = user.subgraphs["a"], user.subgraphs["b-side"]
    assert [(printed(key.fields), key.resolvable) for key in (*a.keys, *b.keys)] == [
        ("id", True),
        ("id org { id }", False),
    ]
    assert set(a.fields) == {"id", "name", "age"}
    assert set(b.fields) == {"id", "age", "org"}
    assert a.fields["age"].external
    assert b.fields["age"].override is not None
    assert (b.fields["age"].override.origin, b.fields["age"].override.label) == ("a", "x")
    org = b.fields["org"]
    assert org.type.text == "Org!"
    assert printed(org.requires or ()) == "age"
    assert printed(org.provides or ()) == "id"
    assert user.fields["name"].arguments["short"].text == "Boolean"


def test_interfaces_unions_and_enums_per_subgraph() -> None:
    types = load(
        """
        type Query @join__type(graph: A) { any: Any node: Node state: State }
        interface Node @join__type(graph: A)
          @join__type(graph: B_SIDE, key: "id", isInterfaceObject: true)
        { id: ID! }
        type X implements Node @join__type(graph: A) @join__implements(graph: A, interface: "Node")
        { id: ID! }
        type Y @join__type(graph: A) @join__type(graph: B_SIDE) { id: ID! }
        union Any @join__type(graph: A) @join__type(graph: B_SIDE)
          @join__unionMember(graph: A, member: "X") @join__unionMember(graph: A, member: "Y")
          @join__unionMember(graph: B_SIDE, member: "Y") = X | Y
        enum State @join__type(graph: A) @join__type(graph: B_SIDE)
        {
          ON @join__enumValue(graph: A) @join__enumValue(graph: B_SIDE)
          OFF @join__enumValue(graph: A)
        }
        """
    ).types
    assert types["Node"].subgraphs["a"].possible == {"X"}
    assert types["Node"].subgraphs["b-side"].is_interface_object
    assert types["Any"].possible == {"X", "Y"}
    assert types["Any"].subgraphs["b-side"].members == {"Y"}
    assert types["State"].subgraphs["b-side"].enum_values == {"ON"}


def test_an_interface_that_nobody_implements_stands_for_itself() -> None:
    types = load(
        "type Query @join__type(graph: A) { n: N } interface N @join__type(graph: A) { i: Int }"
    )
    assert types.types["N"].possible == {"N"}


def test_join_v0_1_is_read_by_ownership() -> None:
    supergraph = load_supergraph(
        """
        schema @core(feature: "https://specs.apollo.dev/core/v0.2")
          @core(feature: "https://specs.apollo.dev/join/v0.1", for: EXECUTION) { query: Query }
        enum join__Graph {
          A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "")
        }
        type Query { user: User @join__field(graph: A) }
        type User @join__owner(graph: A)
          @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
          id: ID! @join__field(graph: A) name: String @join__field(graph: A) nick: String
          age: Int @join__field(graph: B) size: Size @join__field(graph: B)
        }
        type Size { width: Int }
        """
    )
    user = supergraph.types["User"]
    assert set(user.subgraphs["a"].fields) == {"id", "name", "nick"}
    assert set(user.subgraphs["b"].fields) == {"id", "age", "size"}
    assert set(supergraph.types["Size"].subgraphs) == {"a", "b"}


def test_context_arguments_of_join_v0_5() -> None:
    supergraph = load(
        """
        type Query @join__type(graph: A) { user: User }
        type User @join__type(graph: A, key: "id") @context(name: "a__who") {
          id: ID! child: Child!
        }
        type Child @join__type(graph: A, key: "id") {
          id: ID!
          said: String @join__field(graph: A, contextArguments: [
            {context: "a__who", name: "by", type: "String", selection: "{ id }"}])
        }
        """,
        join=5,
        links='@link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY)',
    )
    [argument] = supergraph.types["Child"].subgraphs["a"].fields["said"].context_arguments
    assert (argument.context, argument.name, printed(argument.selection)) == ("a__who", "by", "id")
    assert supergraph.types["User"].subgraphs["a"].contexts == {"a__who"}


def test_the_api_schema_has_no_machinery_and_nothing_inaccessible() -> None:
    supergraph = load(
        """
        directive @inaccessible on FIELD_DEFINITION | OBJECT
        directive @shown(x: Int) on FIELD
        directive @join__field(graph: join__Graph) repeatable on FIELD_DEFINITION
        scalar join__FieldSet
        "All there is"
        type Query @join__type(graph: A) {
          "How many" count(old: Int @deprecated(reason: "no")): Int @deprecated
          secret: Hidden @inaccessible
          state(by: Int @inaccessible): State
        }
        type Hidden @inaccessible @join__type(graph: A) { id: ID! }
        enum State @join__type(graph: A) { ON OFF @inaccessible }
        input Empty @join__type(graph: A) @inaccessible { x: Int }
        """,
        links='@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)',
    )
    assert print_schema(supergraph.api_schema) == (
        'directive @shown(x: Int) on FIELD\n\n"""All there is"""\ntype Query {\n  """How many"""\n'
        '  count(old: Int @deprecated(reason: "no")): Int @deprecated\n  state: State\n}\n\n'
        "enum State {\n  ON\n}"
    )
    assert supergraph.types["Hidden"].inaccessible


def test_requirements_under_imported_names() -> None:
    types = load(
        """
        type Query @join__type(graph: A) { me: User @signedIn }
        type User @join__type(graph: A) @requiresScopes(scopes: [["a", "b"], ["c"]]) {
          id: ID! @policy(policies: [["p"]])
        }
        """,
        links="""
        @link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "signedIn", for: SECURITY)
        @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)
        @link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY)
        """,
    ).types
    assert types["Query"].fields["me"].requirement == Requirement(authenticated=True)
    assert types["User"].requirement.scopes == (frozenset("ab"), frozenset("c"))
    assert types["User"].fields["id"].requirement.policies == (frozenset("p"),)
    assert not types["Query"].requirement


@pytest.mark.parametrize(
    ("sdl", "code", "says"),
    [
        ("type {", "SUPERGRAPH_SYNTAX", "not a GraphQL document"),
        ("type Query { a: Int }", "SUPERGRAPH_NOT_JOINED", "Compose the subgraphs"),
        (LINKS % (9, ""), "UNSUPPORTED_JOIN_VERSION", "join v0.9"),
        (
            LINKS % (3, '@link(url: "https://example.com/lock/v1.0", for: SECURITY)'),
            "UNSUPPORTED_FEATURE",
            "https://example.com/lock/v1.0",
        ),
        (
            LINKS % (3, '@link(url: "https://specs.apollo.dev/policy/v7.0", for: SECURITY)'),
            "UNSUPPORTED_FEATURE",
            "policy/v7.0",
        ),
        (
            LINKS % (3, "") + "type Query @join__type(graph: C) { a: Int }",
            "SUPERGRAPH_MALFORMED",
            "names no known graph",
        ),
        (
            LINKS % (3, "") + 'type Query @join__type(graph: A, key: "id {") { a: Int }',
            "SUPERGRAPH_MALFORMED",
            "key of Query in a",
        ),
        (LINKS % (3, ""), "API_SCHEMA_INVALID", "Query root type"),
    ],
)
def test_what_is_refused_and_how(sdl: str, code: str, says: str) -> None:
    with pytest.raises(SupergraphInvalid) as refused:
        load_supergraph(sdl)
    assert refused.value.code == code
    assert says in refused.value.message


SOUND = """
type Query @join__type(graph: A) @join__type(graph: B_SIDE) {
  one(id: ID): Item @join__field(graph: A)
  all: [Item] @join__field(graph: B_SIDE, provides: "size")
}
type Item @join__type(graph: A, key: "id") @join__type(graph: B_SIDE, key: "id") {
  id: ID!
  size: Size @join__field(graph: A) @join__field(graph: B_SIDE, external: true)
  price: Int @join__field(graph: B_SIDE, requires: "size")
}
enum Size @join__type(graph: A) @join__type(graph: B_SIDE) { S @join__enumValue(graph: A) }
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("enum Size", "type Item @join__type(graph: A) { id: ID } enum Size", "Item is defined"),
        ("price: Int", "price: Float price: Int", "Item.price is defined twice"),
        ("one(id: ID)", "one(id: ID, id: Int)", "Query.one.id is defined twice"),
        ("{ S ", "{ S S ", "Size.S is defined twice"),
        ("enum Size", "schema { query: Query } enum Size", "schema is defined twice"),
        ("enum Size", "extend type Item { more: Int } enum Size", "Item is extended"),
        ("enum Size", "query { one { id } } enum Size", "operation"),
        ("price: Int", "price: Money", "Item.price names the type Money"),
        ("one(id: ID)", "one(id: Key)", "Query.one(id:) names the type Key"),
        ('key: "id"', 'key: "no"', "@key of Item in a: Item has no field no"),
        ('key: "id"', 'key: "id { a }"', "@key of Item in a: Item.id is not selected"),
        ('requires: "size"', 'requires: "no"', "@requires of Item.price in b-side"),
        ('provides: "size"', 'provides: "no"', "@provides of Query.all in b-side: Item has no"),
        ('provides: "size"', 'provides: "... on No { size }"', "there is no type No"),
    ],
)
def test_what_a_composer_would_not_write_is_refused(old: str, new: str, says: str) -> None:
    load(SOUND)
    with pytest.raises(SupergraphInvalid) as refused:
        load(SOUND.replace(old, new, 1))
    assert refused.value.code == "SUPERGRAPH_MALFORMED"
    assert says in refused.value.message


def test_unknown_features_without_a_purpose_are_ignored() -> None:
    links = '@link(url: "https://example.com/nice/v1.0", import: ["@nice"])'
    supergraph = load("type Query @join__type(graph: A) { a: Int @nice }", links=links)
    assert supergraph.roots[OperationKind.QUERY] == "Query"


def test_field_sets() -> None:
    selections = parse_field_set(
        'a(x: 1, y: "z") ... on T { b } { c }'.replace(" { c }", ""), "here"
    )
    assert selections == (
        FieldSelection("a", (("x", "1"), ("y", '"z"'))),
        FragmentSelection("T", (FieldSelection("b"),)),
    )
    assert printed(selections) == 'a(x: 1, y: "z") ... on T { b }'
