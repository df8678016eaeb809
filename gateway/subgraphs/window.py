"""How many queries a subgraph is sent at once after it turned one away.

A subgraph that takes on no more says 503 with Retry-After. To go on asking it would cost it what it
has least of, and the answer is known: so the gateway says it itself.

    a query is turned away     the window is what is still under way there: so many it took on
    one is served              the window grows by a quarter of a query
    none was turned away for   there is no window
      as long as it asked for

So a crowd finds out how much a subgraph takes (as TCP does: additive increase) and asks it for a
quarter more than it serves; the others hear at once that it is busy. ``FEWEST`` always go through,
or nobody would learn that it is better. Mutations are neither held back nor counted: a subgraph may
have room for them where it has none for queries.
"""

from __future__ import annotations

import math

from gateway.subgraphs.protocol import SubgraphReply

FEWEST = 4
RETRY_AFTER = "retry-after"
BUSY = 503
_GROWTH = 0.25
_LONGEST_SECONDS = 5.0
_BODY = (
    b'{"errors":[{"message":"Too many requests at once. Try again.",'
    b'"extensions":{"code":"UNAVAILABLE","retryable":true}}]}'
)


class Window:
    """That of one subgraph. Times are seconds of any one monotonic clock.

    ``under_way``: queries that were sent and not answered. ``reply``: what to say to those held
    back, in the subgraph's place.
    """

    def __init__(self) -> None:
        self.under_way = 0
        self.size = math.inf
        self.reply = SubgraphReply(BUSY, _BODY)
        self._until = 0.0

    def is_full(self, now: float) -> bool:
        """Whether a query is to be held back."""
        if self.under_way + 1 <= self.size:
            return False
        if now >= self._until:
            self.size = math.inf
            return False
        return True

    def is_moved_by(self, reply: SubgraphReply) -> bool:
        """Whether ``answered`` would do anything: mostly there is no window."""
        return self.size < math.inf or reply.status == BUSY

    def answered(self, reply: SubgraphReply, now: float) -> None:
        """A query that is under way no more was answered."""
        told = reply.headers.get(RETRY_AFTER)
        if told is None or reply.status != BUSY:
            self.size += _GROWTH
            return
        seconds = float(told[0]) if told[0].isdecimal() else 1.0
        self.size = max(FEWEST, min(self.size, self.under_way))
        self._until = now + min(seconds, _LONGEST_SECONDS)
        content = {"content-type": ("application/graphql-response+json",), RETRY_AFTER: told[:1]}
        self.reply = SubgraphReply(BUSY, _BODY, content)
