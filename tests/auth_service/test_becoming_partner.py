"""A customer becomes a partner by their own wish."""

import asyncio

from tests.auth_service.catalog import Catalog
from tests.auth_service.conftest import MakeSubgraph
from tests.auth_service.subgraph import Subgraph
from tests.auth_service.test_administration import admin, log_of
from tests.auth_service.waiting_mail import finished, until
from tests.testkit.smtp import MailServer, text_of, token_in

ANNA = "anna@example.com"
BECOME = "mutation { becomePartner { id role isApproved } }"
ME = "{ me { role isApproved } }"


async def customer(subgraph: Subgraph, mail_server: MailServer) -> dict[str, str]:
    """A verified customer: id, access and refresh token."""
    session = await subgraph.signed_in(ANNA)
    await subgraph.verify(token_in(await mail_server.wait_for(ANNA)))
    return {
        "id": session["user"]["id"],
        "token": session["accessToken"],
        "refresh": session["refreshToken"],
    }


def mailing(mail_server: MailServer) -> dict[str, object]:
    return {"smtp_host": "127.0.0.1", "smtp_port": mail_server.port, "smtp_security": "none"}


async def test_asked_for_often_at_once_it_happens_once(
    start: MakeSubgraph, catalog: Catalog, mail_server: MailServer
) -> None:
    subgraph: Subgraph = await start(**mailing(mail_server), **catalog.settings)
    _, boss = await admin(subgraph)
    anna = await customer(subgraph, mail_server)
    answers = await asyncio.gather(*(subgraph.ask(BECOME, anna["token"]) for _ in range(5)))
    expected = {"id": anna["id"], "role": "PARTNER", "isApproved": True}
    assert [answer.data["becomePartner"] for answer in answers] == [expected] * 5
    told = catalog.newest(anna["id"])
    assert (told["role"], told["isApproved"]) == ("partner", True)
    (entry,) = await log_of(subgraph, boss, targetId=anna["id"])
    assert (entry["action"], entry["actorId"]) == ("ROLE_CHANGED", anna["id"])
    letter = await mail_server.wait_for(ANNA, 2)
    assert letter["Subject"] == "Your EST account is a partner’s now"
    assert "What you have reserved stays yours." in text_of(letter)
    await until(lambda: finished(subgraph))
    assert len(mail_server.to(ANNA)) == 2  # no second letter
    me = await subgraph.ask(ME, anna["token"])
    assert me.data["me"] == {"role": "PARTNER", "isApproved": True}  # still signed in
    assert (await subgraph.refresh(anna["refresh"])).code is None


async def test_it_waits_where_new_partners_do(
    start: MakeSubgraph, catalog: Catalog, mail_server: MailServer
) -> None:
    subgraph: Subgraph = await start(
        partner_approval=True, **mailing(mail_server), **catalog.settings
    )
    _, boss = await admin(subgraph)
    anna = await customer(subgraph, mail_server)
    for _ in range(2):
        waits = await subgraph.ask(BECOME, anna["token"])
        assert waits.data["becomePartner"]["isApproved"] is False
    told = catalog.newest(anna["id"])
    assert (told["role"], told["isApproved"]) == ("partner", False)
    letter = await mail_server.wait_for(ANNA, 2)
    assert letter["Subject"] == "Your partner account is being looked at"
    reject = 'mutation($id: UUID!) { rejectPartner(userId: $id, reason: "No.") { role } }'
    assert (await subgraph.ask(reject, boss, id=anna["id"])).code is None
    me = await subgraph.ask(ME, anna["token"])
    assert me.data["me"] == {"role": "USER", "isApproved": True}


async def test_who_may_not(start: MakeSubgraph, catalog: Catalog, mail_server: MailServer) -> None:
    subgraph: Subgraph = await start(**mailing(mail_server), **catalog.settings)
    _, boss = await admin(subgraph)
    assert (await subgraph.ask(BECOME)).code == "UNAUTHENTICATED"
    assert (await subgraph.ask(BECOME, boss)).code == "FORBIDDEN"
    unverified = await subgraph.signed_in("ben@example.com")
    assert (await subgraph.ask(BECOME, unverified["accessToken"])).code == "EMAIL_NOT_VERIFIED"
    anna = await customer(subgraph, mail_server)
    suspend = 'mutation($id: UUID!) { suspendAccount(userId: $id, reason: "x") { id } }'
    await subgraph.ask(suspend, boss, id=anna["id"])
    assert (await subgraph.ask(BECOME, anna["token"])).code == "UNAUTHENTICATED"
    assert await subgraph.sql("SELECT 1 FROM users WHERE role = 'partner'") == []
