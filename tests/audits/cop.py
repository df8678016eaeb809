"""What graphql-cop looks for, asked in our own words: each check is a request and what betrays.

graphql-cop itself (github.com/dolevf/graphql-cop) is in no package registry. With a checkout of it:
``python graphql-cop.py -t http://127.0.0.1:4000/graphql``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

CIRCLE = (
    "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }"
)
SIZE_OF_A_BATCH = 10


@dataclass(frozen=True, slots=True)
class Check:
    """``betrays`` says whether an answer shows the weakness."""

    name: str
    betrays: Callable[[httpx2.Response], bool]
    method: str = "POST"
    json: Any = None
    data: Mapping[str, str] | None = None
    params: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None


def asking(query: str) -> dict[str, str]:
    return {"query": f"query cop {query}", "operationName": "cop"}


def data_of(response: httpx2.Response) -> dict[str, Any]:
    answer = json_of(response)
    return answer.get("data") or {} if isinstance(answer, dict) else {}


def json_of(response: httpx2.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _errors(response: httpx2.Response) -> list[Any]:
    answer = json_of(response)
    return answer.get("errors") or [] if isinstance(answer, dict) else []


CHECKS = (
    Check(
        "introspection",
        lambda r: "__schema" in data_of(r),
        json=asking("{ __schema { types { name fields { name } } } }"),
    ),
    Check("circular introspection", lambda r: "__schema" in data_of(r), json=asking(CIRCLE)),
    Check(
        "suggestions", lambda r: "Did you mean" in r.text, json=asking("{ __schema { directive } }")
    ),
    Check(
        "aliases",
        lambda r: "alias100" in data_of(r),
        json=asking("{ " + " ".join(f"alias{n}: __typename" for n in range(101)) + " }"),
    ),
    Check(
        "array batching",
        lambda r: isinstance(json_of(r), list) and len(json_of(r)) >= SIZE_OF_A_BATCH,
        json=[{"query": "query cop { __typename }"}] * SIZE_OF_A_BATCH,
    ),
    Check(
        "directives",
        lambda r: len(_errors(r)) > 2,
        json=asking("{ __typename " + "@aa" * 10 + " }"),
    ),
    Check(
        "mutation by GET",
        lambda r: bool(data_of(r)),
        method="GET",
        params={"query": "mutation cop { __typename }"},
    ),
    Check(
        "query by GET",
        lambda r: bool(data_of(r)),
        method="GET",
        params={"query": "query cop { __typename }"},
    ),
    Check("form POST", lambda r: bool(data_of(r)), data={"query": "query cop { __typename }"}),
    Check("tracing", lambda r: "tracing" in r.text, json=asking("{ __typename }")),
    Check(
        "unhandled error",
        lambda r: "exception" in r.text.lower() or r.status_code >= 500,
        json={"query": "qwerty cop { abc }"},
    ),
    Check(
        "page with an IDE",
        lambda r: any(word in r.text for word in ("GraphiQL", "graphql-playground")),
        method="GET",
        headers={"accept": "text/html"},
    ),
)


async def findings(client: httpx2.AsyncClient, path: str) -> set[str]:
    """The names of the checks that betray something at ``path``."""
    found = set()
    for check in CHECKS:
        response = await client.request(
            check.method,
            path,
            json=check.json,
            data=check.data,
            params=check.params,
            headers=check.headers,
        )
        if check.betrays(response):
            found.add(check.name)
    return found
