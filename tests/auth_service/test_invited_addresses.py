"""To which address an invitation went, and who reads that."""

from __future__ import annotations

from uuid import uuid4

from tests.auth_service.catalog import Catalog
from tests.auth_service.conftest import MakeSubgraph
from tests.auth_service.subgraph import Subgraph
from tests.auth_service.test_mailed_links import invited

WHOM = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Invitation { email } } }"


async def told_of(subgraph: Subgraph, inviter_id: str) -> str:
    """The id of an invitation that the account made, to guest@example.com."""
    event = invited(str(uuid4()), "first", 7) | {"email": "guest@example.com"}
    event["inviterId"] = inviter_id
    assert (await subgraph.http.post("/internal/events", json=event)).status_code == 204
    return event["invitationId"]


async def test_every_owner_of_the_place_and_no_stranger(
    start: MakeSubgraph, catalog: Catalog
) -> None:
    subgraph = await start(**catalog.settings)
    first, second, stranger = [
        await subgraph.signed_in(f"{name}@example.com", "PARTNER") for name in ("a", "b", "c")
    ]
    asked = [await told_of(subgraph, first["user"]["id"]) for _ in range(2)]
    catalog.owned[second["user"]["id"]] = asked[:1]
    which = [{"__typename": "Invitation", "id": each} for each in asked]
    catalog.keys.clear()
    for person, shown in ((first, [True, True]), (stranger, [False, False])):
        answer = await subgraph.ask(WHOM, person["accessToken"], r=which)
        assert [each["email"] is not None for each in answer.data["_entities"]] == shown
    seen = await subgraph.ask(WHOM, second["accessToken"], r=which)
    assert (seen.data["_entities"], seen.codes) == (
        [{"email": "guest@example.com"}, {"email": None}],
        [],
    )
    assert catalog.keys == ["catalogs-key"] * 2  # one question each of who is not known here


async def test_while_the_catalog_is_away_nobody_is_told_that_there_is_none(
    subgraph: Subgraph,
) -> None:
    first, second = [
        await subgraph.signed_in(f"{name}@example.com", "PARTNER") for name in ("a", "b")
    ]
    asked = await told_of(subgraph, first["user"]["id"])
    which = [{"__typename": "Invitation", "id": asked}]
    assert (await subgraph.ask(WHOM, first["accessToken"], r=which)).codes == []
    assert (await subgraph.ask(WHOM, second["accessToken"], r=which)).codes == ["UNAVAILABLE"]
    assert (await subgraph.ask(WHOM, r=which)).data["_entities"] == [{"email": None}]
