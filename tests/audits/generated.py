"""Operations that schemathesis makes from a schema, and what no answer to them may say."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx2
import schemathesis
from graphql import NameNode, ObjectFieldNode, StringValueNode
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from est.demo.people import EVERYONE
from tests.testkit.system import ROOT

EXAMPLES = int(os.environ.get("EST_EXAMPLES", "3"))
SEED = int(os.environ.get("EST_SEED", "0"))
TURNS = 5

# Any text for the caller's own: what a field cannot take is BAD_USER_INPUT.
UNEXPECTED = {"INTERNAL", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_REQUEST"}
LATER = {"UNAVAILABLE", "TIMEOUT"}
# Succeed always, and make the caller another one for all that follows: signed out, a partner.
LEFT_OUT = {"signOutEverywhere", "becomePartner"}

Send = Callable[[str], httpx2.Response]


def register_scalars(known: Sequence[str]) -> None:
    """Teach schemathesis our scalars: values that fit, and values that nearly do.

    ``known``: ids of things that there are.
    """
    people = [str(person.id) for person in EVERYONE]
    ids = st.sampled_from([*people, *known]) | st.uuids().map(str)
    dates = st.dates().map(str) | st.just("2026-02-30")
    instants = st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat())
    amounts = st.decimals(-10, 10**13, places=2).map(str) | st.sampled_from(
        ["NaN", "1e400", "1.005"]
    )
    for name, texts in (
        ("UUID", ids | st.text(max_size=40)),
        ("Date", dates),
        ("DateTime", instants | st.just("2026-11-29T12:00:00")),
        ("Decimal", amounts),
        (
            "TimeOfDay",
            st.times().map(lambda at: f"{at:%H:%M}") | st.sampled_from(["24:00", "5 pm"]),
        ),
    ):
        schemathesis.graphql.scalar(name, texts.map(_string))
    schemathesis.graphql.scalar("_Any", st.builds(_representation, _TYPES, ids))


def gateway_schema() -> Any:
    """What clients see."""
    return schemathesis.graphql.from_path(ROOT / "schema" / "api.graphql")


def service_schema(introspection: dict[str, Any]) -> Any:
    """What a service answers of itself, entities included."""
    return schemathesis.graphql.from_dict(introspection).include(name_regex=r".+")


def faults(schema: Any, send: Send, *, signed_in: bool) -> Iterator[str]:
    """Yield what is wrong in the answers to a few operations on every root field."""
    for result in schema.get_all_operations():
        operation = result.ok()
        if signed_in and operation.definition.field_name in LEFT_OUT:
            continue
        yield from _faults_of(operation, send)


def _faults_of(operation: Any, send: Send) -> Iterator[str]:
    found: list[str] = []

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy())
    def try_(case: Any) -> None:
        query = case.body if isinstance(case.body, str) else case.body["query"]
        found.extend(f"{fault}: {query}" for fault in _faults_in(send, query))

    try_()
    yield from found


def _faults_in(send: Send, query: str) -> Iterator[str]:
    """What an answer must not be. "Later" is asked again: the machine may be busy."""
    for turn in range(TURNS):
        response = send(query)
        codes = _codes(response)
        if not LATER & codes:
            break
        time.sleep(0.2 * turn)
    if response.status_code >= 500:
        yield f"status {response.status_code}"
    if codes & (UNEXPECTED | LATER):
        yield f"{codes}"


def _codes(response: httpx2.Response) -> set[str]:
    answer = response.json()
    return {error["extensions"]["code"] for error in answer.get("errors", ())}


def _string(text: str) -> StringValueNode:
    return schemathesis.graphql.nodes.String(text)


_TYPES = st.sampled_from(["User", "Offer", "Place", "Reservation", "Partnership", "Nothing", ""])


def _representation(type_: str, id_: str) -> Any:
    values = {"__typename": type_, "id": id_}
    return schemathesis.graphql.nodes.Object(
        [
            ObjectFieldNode(name=NameNode(value=name), value=_string(value))
            for name, value in values.items()
        ]
    )
