"""Whether the consumer works against a running system: prints what it found."""

import asyncio
import json
import os
import sys

from tests.clients.python.client import Consumer

ME = "query Me { me { email } }"
PAGE = """query Page($after: String) {
  offers(first: 2, after: $after) { edges { node { id } } pageInfo { endCursor } }
}"""


async def check() -> dict[str, object]:
    consumer = Consumer(os.environ["EST_URL"])
    anonymous = await consumer.ask(ME)
    await consumer.sign_in("ana@demo.example", "Fresh-Food-2026")
    consumer.tokens["accessToken"] = os.environ["EST_EXPIRED_TOKEN"]
    renewed = await consumer.ask(ME)
    consumer.tokens["accessToken"] = os.environ["EST_EXPIRED_TOKEN"]
    me, page = await consumer.ask_all([(ME, None), (PAGE, None)])
    following = await consumer.ask(PAGE, {"after": page["offers"]["pageInfo"]["endCursor"]})
    ids = {edge["node"]["id"] for each in (page, following) for edge in each["offers"]["edges"]}
    return {
        "anonymous": anonymous["me"],
        "renewed": renewed["me"]["email"],
        "batch": me["me"]["email"],
        "listed": len(ids),
    }


sys.stdout.write(json.dumps(asyncio.run(check())) + "\n")
