"""Fault 11: whoever looks at every link of a mail, as scanners do, changes nothing."""

from __future__ import annotations

import re

import httpx2

from tests.e2e.accounts import PASSWORD, VERIFY, register
from tests.testkit.client import Client
from tests.testkit.smtp import MailServer, text_of, token_in

LINK = re.compile(r"https?://[^\s\"'<>]+")
MINE = "{ me { isVerified } }"
RESET = "mutation($e: String!) { requestPasswordReset(email: $e) }"
USE = (
    "mutation($t: String!, $p: String!) { resetPassword(token: $t, newPassword: $p) { expiresIn } }"
)


async def test_11_looking_at_the_links_of_mails_uses_nothing_up(
    client: Client, mailbox: MailServer
) -> None:
    account = await register(client)
    first = await mailbox.wait_for(account.email)
    await client.run(RESET, {"e": account.email})
    second = await mailbox.wait_for(account.email, 2)
    async with httpx2.AsyncClient(timeout=30, follow_redirects=True) as scanner:
        for mail in (first, second):
            links = {
                link for form in ("plain", "html") for link in LINK.findall(text_of(mail, form))
            }
            assert any(token_in(mail) in link for link in links)
            for link in links:
                for method in ("HEAD", "GET", "OPTIONS", "GET"):
                    await scanner.request(method, link, headers={"accept": "text/html"})
    assert (await client.run(MINE, token=account.token)).field("me", "isVerified") is False
    verified = await client.run(VERIFY, {"token": token_in(first)})
    assert verified.field("verify", "isVerified") is True
    used = await client.run(USE, {"t": token_in(second), "p": PASSWORD + "2"})
    assert used.field("resetPassword", "expiresIn") > 0
