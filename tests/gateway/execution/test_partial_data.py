"""Golden cases of partial data: what fails is null with its error, everything else stays."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from gateway.planning.plan import EntityFetch, Plan
from gateway.subgraphs.protocol import SubgraphTimeout, SubgraphUnreachable
from tests.testkit.running import Outcome, entities, query_plan, root, run
from tests.testkit.subgraphs import Body, InMemorySubgraphs

SDL = """
type Query { posts: [Post] first: Post }
type Post { id: ID! author: User }
type User { id: ID! name: String email: String! tags: [String!]! friend: User }
"""
QUERY = "{ posts { id author { id name } } first { author { id name } } }"

AUTHORS = ["1", "2", "3", "4", "1", "4", "4"]
POSTS = {
    "posts": [{"id": str(n), "author": {"id": id_}} for n, id_ in enumerate(AUTHORS)],
    "first": {"author": {"id": "4"}},
}
NAMES = {"1": "Ann", "2": "Bob", "3": "Cas", "4": "Dee"}


def plan(selection: str = "name") -> Plan:
    echoed = frozenset({"id"}) & set(selection.split())
    targets = ("posts.@.author", "first.author")
    return query_plan(
        root(0, "posts", "{posts{id author{id}} first{author{id}}}", "posts", "first"),
        entities(1, "users", selection, *targets, typename="User", echoed_keys=echoed),
    )


def posts(_body: Body) -> dict[str, Any]:
    return {"data": POSTS}


def users(body: Body) -> dict[str, Any]:
    found = [{"name": NAMES[r["id"]]} for r in body["variables"]["representations"]]
    return {"data": {"_entities": found}}


async def ask(users_answer: Any, query: str = QUERY, selection: str = "name") -> Outcome:
    subgraphs = InMemorySubgraphs(posts=posts, users=users_answer)
    return await run(plan(selection), subgraphs, sdl=SDL, query=query)


def names(outcome: Outcome) -> list[str | None]:
    assert outcome.data is not None
    found = [post["author"]["name"] for post in outcome.data["posts"]]
    return [*found, outcome.data["first"]["author"]["name"]]


async def test_representations_are_sent_once_each() -> None:
    subgraphs = InMemorySubgraphs(posts=posts, users=users)
    outcome = await run(plan(), subgraphs, sdl=SDL, query=QUERY)
    assert names(outcome) == ["Ann", "Bob", "Cas", "Dee", "Ann", "Dee", "Dee", "Dee"]
    (sent,) = subgraphs.sent("users")
    assert sent.representations == [{"__typename": "User", "id": id_} for id_ in "1234"]
    assert outcome.errors == []


async def test_an_error_in_item_3_of_an_entity_that_stands_at_4_places() -> None:
    def failing(body: Body) -> dict[str, Any]:
        answer = users(body)
        answer["data"]["_entities"][3] = {"name": None}
        error = {
            "message": "no such name",
            "path": ["_entities", 3, "name"],
            "locations": [{"line": 1, "column": 7}],
            "extensions": {"code": "NOT_FOUND"},
        }
        return {**answer, "errors": [error]}

    outcome = await ask(failing)
    assert names(outcome) == ["Ann", "Bob", "Cas", None, "Ann", None, None, None]
    assert outcome.places == [
        ("first.author.name", "NOT_FOUND"),
        ("posts.3.author.name", "NOT_FOUND"),
        ("posts.5.author.name", "NOT_FOUND"),
        ("posts.6.author.name", "NOT_FOUND"),
    ]
    assert all(error["message"] == "no such name" for error in outcome.errors)
    assert all("locations" not in error for error in outcome.errors)


async def test_a_null_entity_is_null_fields_without_an_error() -> None:
    def missing(body: Body) -> dict[str, Any]:
        answer = users(body)
        answer["data"]["_entities"][1] = None
        return answer

    outcome = await ask(missing)
    assert names(outcome)[1] is None
    assert outcome.errors == []


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(lambda names: names[:2], id="short"),
        pytest.param(lambda names: [*names, {"name": "Eve"}], id="long"),
        pytest.param(lambda names: [], id="empty"),
        pytest.param(lambda names: None, id="null"),
        pytest.param(lambda names: {"name": "Ann"}, id="object"),
        pytest.param(lambda names: "Ann", id="text"),
    ],
)
async def test_entities_that_do_not_match_what_was_asked_are_refused(found: Any) -> None:
    def odd(body: Body) -> dict[str, Any]:
        return {"data": {"_entities": found(users(body)["data"]["_entities"])}}

    outcome = await ask(odd)
    assert names(outcome) == [None] * 8
    assert outcome.places == [("first.author", "UNAVAILABLE"), ("posts", "UNAVAILABLE")]


async def test_entities_out_of_order_are_seen_by_their_keys_and_refused() -> None:
    def swapped(body: Body) -> dict[str, Any]:
        ids = [r["id"] for r in body["variables"]["representations"]]
        ids[0], ids[1] = ids[1], ids[0]
        return {"data": {"_entities": [{"id": id_, "name": NAMES[id_]} for id_ in ids]}}

    outcome = await ask(swapped, selection="id name")
    assert names(outcome) == [None, None, "Cas", "Dee", None, "Dee", "Dee", "Dee"]
    assert outcome.places == [("first.author", "UNAVAILABLE"), ("posts", "UNAVAILABLE")]


async def test_a_key_that_was_sent_in_two_cases_comes_back_in_one() -> None:
    """What is stored in two services is spelled in two ways, and is one entity."""
    spelled = {
        "first": {"author": {"id": "ann@x.test"}},
        "posts": [{"author": {"id": "Ann@x.test"}}],
    }

    def folded(body: Body) -> dict[str, Any]:
        asked = [each["id"].lower() for each in body["variables"]["representations"]]
        return {"data": {"_entities": [{"id": id_, "name": "Ann"} for id_ in asked]}}

    subgraphs = InMemorySubgraphs(posts=lambda _: {"data": spelled}, users=folded)
    query = "{ posts { author { id name } } first { author { id name } } }"
    outcome = await run(plan("id name"), subgraphs, sdl=SDL, query=query)
    assert names(outcome) == ["Ann", "Ann"]
    assert outcome.errors == []


async def test_keys_that_the_subgraph_normalised_are_no_disorder() -> None:
    def upper(body: Body) -> dict[str, Any]:
        return {
            "data": {
                "_entities": [
                    {"id": f"ID-{r['id']}", "name": NAMES[r["id"]]}
                    for r in body["variables"]["representations"]
                ]
            }
        }

    outcome = await ask(upper, selection="id name")
    assert names(outcome)[:2] == ["Ann", "Bob"]
    assert outcome.errors == []


@pytest.mark.parametrize(
    ("failure", "code"),
    [(SubgraphUnreachable("refused"), "UNAVAILABLE"), (SubgraphTimeout("late"), "TIMEOUT")],
)
async def test_a_failed_entity_fetch_is_one_error_at_each_index_free_place(
    failure: Exception, code: str
) -> None:
    def fail(_body: Body) -> dict[str, Any]:
        raise failure

    outcome = await ask(fail)
    assert names(outcome) == [None] * 8
    assert outcome.places == [("first.author", code), ("posts", code)]


async def test_non_null_below_a_failed_fetch_propagates_without_more_errors() -> None:
    def fail(_body: Body) -> dict[str, Any]:
        raise SubgraphUnreachable("refused")

    outcome = await ask(
        fail,
        query="{ posts { author { id email } } first { author { email } } }",
        selection="email",
    )
    assert outcome.data == {"posts": [{"author": None}] * 7, "first": {"author": None}}
    assert outcome.places == [("first.author", "UNAVAILABLE"), ("posts", "UNAVAILABLE")]


async def test_non_null_inside_lists_propagates_to_the_nearest_nullable() -> None:
    def tagged(body: Body) -> dict[str, Any]:
        tags: list[Any] = [["a"], ["a", None], [], None]
        return {"data": {"_entities": [{"tags": t} for t in tags]}}

    outcome = await ask(
        tagged, query="{ posts { author { tags } } first { author { tags } } }", selection="tags"
    )
    assert outcome.data is not None
    authors = [post["author"] for post in outcome.data["posts"]]
    assert authors == [
        {"tags": ["a"]},
        None,
        {"tags": []},
        None,
        {"tags": ["a"]},
        None,
        None,
    ]
    assert [place for place, _ in outcome.places] == [
        "first.author.tags",
        "posts.1.author.tags.1",
        "posts.3.author.tags",
        "posts.5.author.tags",
        "posts.6.author.tags",
    ]


async def test_an_error_of_the_subgraph_explains_the_null_it_left() -> None:
    def failing(_body: Body) -> dict[str, Any]:
        found: list[Any] = [{"email": "a@x"}, None, {"email": "c@x"}, {"email": "d@x"}]
        error = {"message": "secret detail", "path": ["_entities", 1, "email"]}
        return {"data": {"_entities": found}, "errors": [error]}

    outcome = await ask(
        failing,
        query="{ posts { author { email } } first { author { email } } }",
        selection="email",
    )
    assert outcome.data is not None
    assert outcome.data["posts"][1] == {"author": None}
    assert outcome.places == [("posts.1.author.email", "INTERNAL")]
    assert "secret" not in str(outcome.errors)


async def test_errors_with_data_null_hit_their_targets_and_the_rest_is_explained() -> None:
    def nothing(_body: Body) -> dict[str, Any]:
        error = {"message": "no", "path": ["_entities", 1, "name"]}
        return {"data": None, "errors": [error]}

    outcome = await ask(nothing)
    assert names(outcome) == [None] * 8
    assert outcome.places == [
        ("first.author", "UNAVAILABLE"),
        ("posts", "UNAVAILABLE"),
        ("posts.1.author.name", "INTERNAL"),
    ]


async def test_an_error_without_a_path_comes_once() -> None:
    def nothing(_body: Body) -> dict[str, Any]:
        return {"data": None, "errors": [{"message": "x", "extensions": {"code": "FORBIDDEN"}}]}

    outcome = await ask(nothing)
    assert outcome.places == [("first.author", "FORBIDDEN"), ("posts", "FORBIDDEN")]


async def test_a_thousand_errors_become_a_hundred() -> None:
    count = 1_000
    many = {"posts": [{"id": str(n), "author": {"id": str(n)}} for n in range(count)]}

    def failing(_body: Body) -> dict[str, Any]:
        errors = [{"message": "x", "path": ["_entities", n, "name"]} for n in range(count)]
        return {"data": {"_entities": [{"name": None}] * count}, "errors": errors}

    subgraphs = InMemorySubgraphs(posts=lambda _: {"data": many}, users=failing)
    outcome = await run(plan(), subgraphs, sdl=SDL, query="{ posts { author { name } } }")
    assert len(outcome.errors) == 100
    assert outcome.errors[-1]["message"] == "901 more errors."


async def test_one_group_of_a_fetch_fails_alone() -> None:
    groups = tuple(
        replace(
            entities(1, "users", "name", target, typename="User").groups[0],
            alias=alias,
            variable=alias,
        )
        for alias, target in (("e0", "posts.@.author"), ("e1", "first.author"))
    )
    fetch = EntityFetch(1, "users", "{e0:_entities{name}e1:_entities{name}}", groups, after=(0,))
    found = [{"name": NAMES[id_]} for id_ in "1234"]
    subgraphs = InMemorySubgraphs(posts=posts, users=lambda _: {"data": {"e0": found, "e1": found}})
    both = query_plan(root(0, "posts", "{posts{author{id}}}", "posts", "first"), fetch)
    outcome = await run(both, subgraphs, sdl=SDL, query=QUERY)
    assert names(outcome) == ["Ann", "Bob", "Cas", "Dee", "Ann", "Dee", "Dee", None]
    assert outcome.places == [("first.author", "UNAVAILABLE")]


async def test_a_subgraph_that_leaves_out_what_it_was_asked_explains_nothing() -> None:
    subgraphs = InMemorySubgraphs(posts=lambda _: {"data": {"first": {"author": {}}}})
    outcome = await run(plan("email"), subgraphs, sdl=SDL, query="{ first { author { email } } }")
    assert outcome.data == {"first": {"author": None}}
    assert outcome.places == [("first.author.email", "INTERNAL")]


async def test_a_flood_of_errors_is_counted_not_read() -> None:
    flood = [{"message": "x", "path": ["_entities", 0, "name"]}] * 50_000
    outcome = await ask(lambda body: {**users(body), "errors": flood})
    assert names(outcome)[1:3] == ["Bob", "Cas"]
    assert len(outcome.errors) == 100
    assert outcome.errors[-1]["message"].endswith("more errors.")
