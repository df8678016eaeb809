"""Whatever arrives, the answer is JSON with a status that fits, never 500."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import running_gateway

JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
PIECES = st.lists(
    st.sampled_from(
        [
            "{", "}", "(", ")", "hello", "item", "items", "id", "name", "count", "related",
            "query", "mutation", "subscription", "fragment F on Item", "...F", "...", "on Item",
            "@skip(if: true)", "@include(if: $a)", "$a", "$a: Boolean!", ":", "a", '"x"', "1", "-1",
            "first: 1", 'id: "1"', "__typename", "__schema", "__type", "[", "]", "!", "&",
            '"""', "#",
        ]
    ),
    max_size=14,
).map(" ".join)  # fmt: skip
REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "query": PIECES | JSON_VALUES,
        "variables": JSON_VALUES,
        "operationName": JSON_VALUES,
        "extensions": JSON_VALUES,
    },
)
BODIES = (
    st.binary(max_size=60)
    | JSON_VALUES.map(lambda value: json.dumps(value).encode())
    | REQUESTS.map(lambda value: json.dumps(value).encode())
    | st.lists(REQUESTS, max_size=4).map(lambda value: json.dumps(value).encode())
)
EXPECTED = {200, 400, 405, 406, 413, 415}


async def test_any_body() -> None:
    async with running_gateway(SUPERGRAPH, Shop().subgraphs) as gateway:
        bodies: list[bytes] = []

        @settings(max_examples=400, suppress_health_check=list(HealthCheck), database=None)
        @given(BODIES)
        def collect(body: bytes) -> None:
            bodies.append(body)

        collect()
        for body in bodies:
            for accept in ("application/json", "application/graphql-response+json"):
                response = await gateway.post(body, accept=accept)
                assert response.status_code in EXPECTED, (body, response.text)
                answers = response.json()
                for answer in answers if isinstance(answers, list) else [answers]:
                    assert "data" in answer or answer["errors"], (body, response.text)


async def test_any_query_string_and_header() -> None:
    async with running_gateway(SUPERGRAPH, Shop().subgraphs) as gateway:
        cases: list[tuple[str, str, str]] = []

        @settings(max_examples=200, suppress_health_check=list(HealthCheck), database=None)
        @given(
            st.text(alphabet='queryvaiblsopNm=&%7B7Dhello{}+/?;"\\', max_size=40),
            st.text(alphabet="aplicton/jsxt*;q=0.1, -+", max_size=30),
            st.text(alphabet="gzipbrdefat,;q=01.* ", max_size=20),
        )
        def collect(query: str, accept: str, encoding: str) -> None:
            cases.append((query, accept, encoding))

        collect()
        for query, accept, encoding in cases:
            response = await gateway.client.get(
                "/graphql?" + query,
                headers={"x-requested-with": "t", "accept": accept, "accept-encoding": encoding},
            )
            assert response.status_code in EXPECTED, (query, accept, response.text)
            response.json()
            posted = await gateway.post(b'{"query":"{hello}"}', content_encoding=encoding)
            assert posted.status_code in EXPECTED, (encoding, posted.text)
