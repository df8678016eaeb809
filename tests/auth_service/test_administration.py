"""What admins do with accounts: find, suspend, restore, approve, and read who did what."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from tests.auth_service.catalog import Catalog
from tests.auth_service.conftest import MakeSubgraph
from tests.auth_service.subgraph import PASSWORD, Answer, Subgraph
from tests.testkit.smtp import MailServer, text_of, token_in

ANNA, BEN, BOSS = "anna@example.com", "ben@example.com", "boss@example.com"
SUSPEND = """mutation($id: UUID!, $why: String!) {
  suspendAccount(userId: $id, reason: $why) { id suspendedAt suspensionReason } }"""
RESTORE = """mutation($id: UUID!, $why: String!) {
  restoreAccount(userId: $id, reason: $why) { id suspendedAt } }"""
APPROVE = "mutation($id: UUID!) { approvePartner(userId: $id) { role isApproved } }"
REJECT = """mutation($id: UUID!) {
  rejectPartner(userId: $id, reason: "No such shop.") { role isApproved } }"""
SET_ROLE = "mutation($id: UUID!, $r: Role!) { setRole(userId: $id, role: $r) { role isApproved } }"
ACCOUNTS = """query($search: String, $role: Role, $state: AccountState, $after: String) {
  accounts(search: $search, role: $role, state: $state, first: 2, after: $after) {
    edges { node { email } } pageInfo { hasNextPage endCursor } } }"""
LOG = """query($filter: AuditLogFilter) { auditLog(filter: $filter) { edges { node {
  id service action actorId targetType targetId reason details actor { email } createdAt } } } }"""
WHY = "Sold what was spoilt."


async def admin(subgraph: Subgraph, email: str = BOSS) -> tuple[str, str]:
    """A signed-in admin: (id, token)."""
    session = await subgraph.signed_in(email)
    await subgraph.sql("UPDATE users SET role = 'admin' WHERE email = $1", email)
    login = (await subgraph.login(email)).data["login"]
    return session["user"]["id"], login["accessToken"]


async def log_of(subgraph: Subgraph, token: str, **conditions: Any) -> list[dict[str, Any]]:
    found = await subgraph.ask(LOG, token, filter=conditions)
    return [edge["node"] for edge in found.data["auditLog"]["edges"]]


def emails(answer: Answer) -> list[str]:
    return [edge["node"]["email"] for edge in answer.data["accounts"]["edges"]]


async def test_suspended_is_signed_out_at_once_and_restored(
    start: MakeSubgraph, catalog: Catalog, mail_server: MailServer
) -> None:
    smtp = {"smtp_host": "127.0.0.1", "smtp_port": mail_server.port, "smtp_security": "none"}
    subgraph: Subgraph = await start(**smtp, **catalog.settings)
    boss_id, boss = await admin(subgraph)
    anna = await subgraph.signed_in(ANNA)
    token, who = anna["accessToken"], anna["user"]["id"]
    await mail_server.wait_for(ANNA)
    await subgraph.ask(f'mutation {{ requestPasswordReset(email: "{ANNA}") }}')
    reset = token_in(await mail_server.wait_for(ANNA, 2))
    done = await subgraph.ask(SUSPEND, boss, id=who, why=f"  {WHY} ")
    assert done.data["suspendAccount"]["suspensionReason"] == WHY
    assert catalog.newest(who)["isSuspended"] is True  # before it answered
    me = "{ me { email } }"
    assert (await subgraph.ask(me, token)).code == "UNAUTHENTICATED"
    own = "query($id: UUID!) { user(id: $id) { email } }"
    assert (await subgraph.ask(own, token, id=who)).code == "UNAUTHENTICATED"
    assert (await subgraph.ask("{ exportMyData { account } }", token)).code == "UNAUTHENTICATED"
    rename = 'mutation { updateProfile(displayName: "A") { id } }'
    assert (await subgraph.ask(rename, token)).code == "UNAUTHENTICATED"
    assert (await subgraph.login(ANNA)).code == "ACCOUNT_SUSPENDED"
    assert (await subgraph.login(ANNA, "Wrong-Passw0rd")).code == "INVALID_CREDENTIALS"
    again = "mutation($t: String!) { refresh(refreshToken: $t) { accessToken } }"
    refused = await subgraph.ask(again, t=anna["refreshToken"])
    assert refused.code == "ACCOUNT_SUSPENDED"
    use = """mutation($t: String!) {
      resetPassword(token: $t, newPassword: "Passw0rd-9") { accessToken } }"""
    assert (await subgraph.ask(use, t=reset)).code == "TOKEN_INVALID"
    told = await mail_server.wait_for(ANNA, 3)
    assert told["Subject"] == "Your EST account is suspended"
    assert WHY in text_of(told)
    entity = """query($r: [_Any!]!) { _entities(representations: $r) { ... on User { email } } }"""
    mine = [{"__typename": "User", "id": who}]
    assert (await subgraph.ask(entity, token, r=mine)).data == {"_entities": [{"email": None}]}

    await subgraph.ask(SUSPEND, boss, id=who, why="Again.")
    for _ in range(2):
        back = await subgraph.ask(RESTORE, boss, id=who, why="A mistake.")
        assert back.data["restoreAccount"] == {"id": who, "suspendedAt": None}
    assert catalog.newest(who)["isSuspended"] is False
    assert (await subgraph.login(ANNA)).code is None
    assert (await subgraph.ask(again, t=anna["refreshToken"])).code == "TOKEN_INVALID"
    assert (await mail_server.wait_for(ANNA, 4))["Subject"] == "Your EST account is restored"
    entries = await log_of(subgraph, boss, targetId=who)
    assert [(each["action"], each["reason"]) for each in entries] == [
        ("ACCOUNT_RESTORED", "A mistake."),
        ("ACCOUNT_SUSPENDED", WHY),
    ]
    assert entries[0]["actor"] == {"email": BOSS}
    assert entries[0]["actorId"] == boss_id


async def test_who_may_not(subgraph: Subgraph) -> None:
    boss_id, boss = await admin(subgraph)
    anna = await subgraph.signed_in(ANNA)
    who = anna["user"]["id"]
    for document in (SUSPEND, RESTORE):
        assert (await subgraph.ask(document, id=who, why="x")).code == "UNAUTHENTICATED"
        assert (await subgraph.ask(document, anna["accessToken"], id=who, why="x")).code == (
            "FORBIDDEN"
        )
        assert (await subgraph.ask(document, boss, id=boss_id, why="x")).code == "FORBIDDEN"
        assert (await subgraph.ask(document, boss, id=str(uuid4()), why="x")).code == "NOT_FOUND"
        for why in ("", "  ", "x" * 501, "a\0b"):
            refused = await subgraph.ask(document, boss, id=who, why=why)
            assert refused.code == "BAD_USER_INPUT"
    assert await subgraph.sql("SELECT 1 FROM users WHERE suspended_at IS NOT NULL") == []


async def test_two_admins_who_suspend_each_other_leave_one(subgraph: Subgraph) -> None:
    one_id, one = await admin(subgraph, ANNA)
    two_id, two = await admin(subgraph, BEN)
    answers = await asyncio.gather(
        subgraph.ask(SUSPEND, one, id=two_id, why="x"),
        subgraph.ask(SUSPEND, two, id=one_id, why="x"),
    )
    assert sorted(str(answer.code) for answer in answers) == ["None", "UNAUTHENTICATED"]
    left = one if answers[0].code is None else two
    delete = "mutation($p: String!) { deleteAccount(password: $p) }"
    assert (await subgraph.ask(delete, left, p=PASSWORD)).code == "CONFLICT"  # the last one


async def test_an_admin_who_was_suspended_sees_nobody(subgraph: Subgraph) -> None:
    _, boss = await admin(subgraph)
    other_id, other = await admin(subgraph, BEN)
    anna = (await subgraph.signed_in(ANNA))["user"]["id"]
    private = "query($id: UUID!) { user(id: $id) { email } }"
    assert (await subgraph.ask(private, other, id=anna)).code is None
    await subgraph.ask(SUSPEND, boss, id=other_id, why="x")
    for document in (ACCOUNTS, LOG, private):
        assert (await subgraph.ask(document, other, id=anna)).code == "UNAUTHENTICATED"
    await subgraph.ask(RESTORE, boss, id=other_id, why="x")
    assert (await subgraph.ask(private, other, id=anna)).code == "UNAUTHENTICATED"
    again = (await subgraph.login(BEN)).data["login"]["accessToken"]
    assert (await subgraph.ask(private, again, id=anna)).code is None
    await subgraph.ask(SET_ROLE, boss, id=other_id, r="USER")
    assert (await subgraph.ask(private, again, id=anna)).code == "NOT_FOUND"


async def test_accounts_are_found_by_parts_of_address_and_name(subgraph: Subgraph) -> None:
    _, boss = await admin(subgraph)
    for email, name in (
        ("mueller@shop.example", "Jörg Müller"),
        ("zoe@shop.example", "Zoë O'Neill"),
        ("100%_sure@shop.example", None),
    ):
        await subgraph.register(email)
        await subgraph.sql("UPDATE users SET display_name = $1 WHERE email = $2", name, email)
    for search, expected in (
        ("müller", ["mueller@shop.example"]),
        ("MULLER", ["mueller@shop.example"]),
        ("jorg shop", ["mueller@shop.example"]),
        ("zoe", ["zoe@shop.example"]),
        ("o'neill", ["zoe@shop.example"]),
        ("%_s", ["100%_sure@shop.example"]),
        ("%", ["100%_sure@shop.example"]),
        ("nobody", []),
        ("", [BOSS, "mueller@shop.example"]),
    ):
        assert emails(await subgraph.ask(ACCOUNTS, boss, search=search)) == expected, search
    first = await subgraph.ask(ACCOUNTS, boss, search="shop.example")
    after = first.data["accounts"]["pageInfo"]["endCursor"]
    assert first.data["accounts"]["pageInfo"]["hasNextPage"] is True
    rest = await subgraph.ask(ACCOUNTS, boss, search="shop.example", after=after)
    assert emails(first) + emails(rest) == [
        "mueller@shop.example",
        "zoe@shop.example",
        "100%_sure@shop.example",
    ]
    other = await subgraph.ask(ACCOUNTS, boss, search="zoe", after=after)
    assert other.code == "BAD_USER_INPUT"  # a cursor of another search
    assert (await subgraph.ask(ACCOUNTS, boss, search="x" * 201)).code == "BAD_USER_INPUT"
    assert emails(await subgraph.ask(ACCOUNTS, boss, role="ADMIN")) == [BOSS]
    assert emails(await subgraph.ask(ACCOUNTS, boss, state="SUSPENDED")) == []
    anna = (await subgraph.signed_in(ANNA))["accessToken"]
    assert (await subgraph.ask(ACCOUNTS, anna)).code == "FORBIDDEN"
    assert (await subgraph.ask(ACCOUNTS)).code == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("name", "searches"),
    [
        ("Jörg Müller", ("mueller", "muller", "MÜLLER", "joerg mueller", "jorg", "u\u0308ller")),
        ("Joerg Mueller", ("müller", "mueller", "muller", "jörg")),
        ("Anna Groß", ("gross", "groß", "GROSS")),
        ("Søren Åberg", ("soren", "soeren", "aaberg", "aberg", "åberg")),
        ("Paweł Wałęsa", ("pawel", "walesa", "wałęsa")),
        ("Zoë O’Neill", ("o'neill", "zoe", "zoë", "O’NEILL")),
        ("Samuel Bauer", ("muel", "elb", "uer", "samuel bauer")),
        ("İnci Yılmaz", ("yilmaz", "inci")),
        ("Œuvre Æsop", ("oeuvre", "aesop", "æsop")),
    ],
)
async def test_names_are_found_as_keyboards_write_them(
    subgraph: Subgraph, name: str, searches: tuple[str, ...]
) -> None:
    _, boss = await admin(subgraph)
    await subgraph.register("elbe@shop.example")
    rename = "UPDATE users SET display_name = $1 WHERE email = 'elbe@shop.example'"
    await subgraph.sql(rename, name)
    for search in searches:
        assert emails(await subgraph.ask(ACCOUNTS, boss, search=search)) == ["elbe@shop.example"]
    for search in ("meyer", "mller", "xoe"):
        assert emails(await subgraph.ask(ACCOUNTS, boss, search=search)) == []


async def test_new_partners_wait_where_they_are_approved(
    start: MakeSubgraph, catalog: Catalog, mail_server: MailServer
) -> None:
    smtp = {"smtp_host": "127.0.0.1", "smtp_port": mail_server.port, "smtp_security": "none"}
    subgraph: Subgraph = await start(partner_approval=True, **smtp, **catalog.settings)
    _, boss = await admin(subgraph)
    ids = {}
    for email in (ANNA, BEN):
        made = await subgraph.register(email, role="PARTNER")
        ids[email] = made.data["register"]["id"]
    mailed = {mail["Subject"] for mail in [await mail_server.wait_for(ANNA, n) for n in (1, 2)]}
    assert mailed == {
        "Welcome to EST: confirm your address",
        "Your partner account is being looked at",
    }
    async with asyncio.timeout(60):
        while not [each for each in catalog.events if each["userId"] == ids[ANNA]]:
            await asyncio.sleep(0.02)
    assert catalog.newest(ids[ANNA])["isApproved"] is False
    login = (await subgraph.login(ANNA)).data["login"]
    mine = await subgraph.ask("{ me { email role isApproved } }", login["accessToken"])
    assert mine.data["me"] == {"email": ANNA, "role": "PARTNER", "isApproved": False}
    assert emails(await subgraph.ask(ACCOUNTS, boss, state="PENDING")) == [ANNA, BEN]
    assert (await subgraph.ask(APPROVE, login["accessToken"], id=ids[ANNA])).code == "FORBIDDEN"
    same = await subgraph.ask(SET_ROLE, boss, id=ids[ANNA], r="PARTNER")  # changes nothing
    assert same.data["setRole"] == {"role": "PARTNER", "isApproved": False}
    for _ in range(2):
        approved = await subgraph.ask(APPROVE, boss, id=ids[ANNA])
        assert approved.data["approvePartner"] == {"role": "PARTNER", "isApproved": True}
    assert catalog.newest(ids[ANNA])["isApproved"] is True
    assert (await subgraph.ask(REJECT, boss, id=ids[ANNA])).code == "CONFLICT"
    for _ in range(2):  # the answer may have been lost
        rejected = await subgraph.ask(REJECT, boss, id=ids[BEN])
        assert rejected.data["rejectPartner"] == {"role": "USER", "isApproved": True}
    assert (await subgraph.ask(APPROVE, boss, id=ids[BEN])).code == "CONFLICT"
    assert "approved" in (await mail_server.wait_for(ANNA, 3))["Subject"]
    assert "No such shop." in text_of(await mail_server.wait_for(BEN, 3))
    again = await subgraph.ask(SET_ROLE, boss, id=ids[BEN], r="PARTNER")
    assert again.data["setRole"] == {"role": "PARTNER", "isApproved": True}
    await subgraph.ask(SET_ROLE, boss, id=ids[BEN], r="USER")
    assert (await subgraph.ask(REJECT, boss, id=ids[BEN])).code == "CONFLICT"  # not by rejecting
    assert [entry["action"] for entry in await log_of(subgraph, boss, targetId=ids[BEN])] == [
        "ROLE_CHANGED",
        "ROLE_CHANGED",
        "PARTNER_REJECTED",
    ]


async def test_partners_need_no_approval_otherwise(subgraph: Subgraph) -> None:
    made = await subgraph.register(ANNA, role="PARTNER")
    rows = await subgraph.sql("SELECT is_approved FROM users WHERE email = $1", ANNA)
    assert made.code is None
    assert [row["is_approved"] for row in rows] == [True]


async def test_the_log_is_only_added_to_and_outlives_accounts(subgraph: Subgraph) -> None:
    _, boss = await admin(subgraph)
    anna = await subgraph.signed_in(ANNA)
    delete = "mutation($p: String!) { deleteAccount(password: $p) }"
    assert (await subgraph.ask(delete, anna["accessToken"], p=PASSWORD)).code is None
    (entry,) = await log_of(subgraph, boss, targetId=anna["user"]["id"])
    assert entry["action"] == "ACCOUNT_DELETED"
    assert entry["actorId"] == anna["user"]["id"]
    assert entry["actor"] is None
    assert ANNA not in json.dumps(entry)
    for statement in (
        "UPDATE audit_log SET reason = 'x'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
    ):
        with pytest.raises(asyncpg.RaiseError):
            await subgraph.sql(statement)


async def test_what_fails_is_not_in_the_log(subgraph: Subgraph) -> None:
    boss_id, boss = await admin(subgraph)
    assert (await subgraph.ask(SET_ROLE, boss, id=boss_id, r="USER")).code == "FORBIDDEN"
    assert await log_of(subgraph, boss, actorId=boss_id) == []


async def test_acts_of_the_catalog_appear_once_and_are_found(subgraph: Subgraph) -> None:
    boss_id, boss = await admin(subgraph)
    offer, now = str(uuid4()), datetime.now(UTC)
    told = {
        "id": str(uuid4()),
        "type": "audit.recorded",
        "service": "catalog",
        "action": "OFFER_TAKEN_DOWN",
        "actorId": boss_id,
        "targetType": "offer",
        "targetId": offer,
        "reason": WHY,
        "details": {"reservations": "3"},
        "occurredAt": now.isoformat(),
    }
    answers = await asyncio.gather(
        *(subgraph.http.post("/internal/events", json=told) for _ in range(20))
    )
    assert {answer.status_code for answer in answers} == {204}
    hour = timedelta(hours=1)
    for conditions in (
        {"targetId": offer},
        {"actorId": boss_id},
        {"actorId": boss_id, "action": "OFFER_TAKEN_DOWN"},
        {"targetId": offer, "since": (now - hour).isoformat(), "until": (now + hour).isoformat()},
    ):
        (entry,) = await log_of(subgraph, boss, **conditions)
        assert entry["id"] == told["id"]
        assert json.loads(entry["details"]) == {"reservations": "3"}
    later = await log_of(subgraph, boss, targetId=offer, since=(now + hour).isoformat())
    assert later == []
    anna = (await subgraph.signed_in(ANNA))["accessToken"]
    assert (await subgraph.ask(LOG, anna)).code == "FORBIDDEN"
    for wrong in ({"action": 1}, {"reason": "a\0b"}, {"details": {"a": "\0"}}):
        answer = await subgraph.http.post(
            "/internal/events", json=told | {"id": str(uuid4())} | wrong
        )
        assert answer.status_code == 400, wrong


async def test_a_span_of_the_log_that_ends_before_it_begins(subgraph: Subgraph) -> None:
    _, boss = await admin(subgraph)
    span = {"since": "2026-11-02T00:00:00Z", "until": "2026-11-01T00:00:00Z"}
    answer = await subgraph.ask(LOG, boss, filter=span)
    fault = {"path": ["filter", "until"], "code": "BEFORE_SINCE", "message": "Not before `since`."}
    assert answer.code == "BAD_USER_INPUT"
    assert answer.errors[0]["extensions"]["violations"] == [fault]


async def test_what_is_no_action_is_told_where_it_was_sent(subgraph: Subgraph) -> None:
    _, boss = await admin(subgraph)
    for action in ("\0", "account_suspended", "", "A" * 61, "A\u200bB"):
        answer = await subgraph.ask(LOG, boss, filter={"action": action})
        faults = answer.errors[0]["extensions"]["violations"]
        assert [(each["path"], each["code"]) for each in faults] == [
            (["filter", "action"], "INVALID_VALUE")
        ]
