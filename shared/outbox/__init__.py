"""What leaves a service after the transaction that wants it has committed, at least once.

::

    async with database.transaction() as session:     # or Database.write
        await outbox.add(session, "event", payload)    # sent if, and only if, this commits

A worker leases what is due, sends it, and marks it finished. Whoever dies between sending and
marking sends again when the lease runs out: what is sent carries the item's id (a Message-ID, an
event's id), by which its receiver tells a repetition.
"""

from shared.outbox.columns import OutboxColumns, outbox_constraints
from shared.outbox.events import EventNotTaken, EventReceiver, HttpEvents
from shared.outbox.items import NotSent, OutboxItem, delay_after
from shared.outbox.sending import Count, Sending, no_count
from shared.outbox.store import NewItem, Outbox
from shared.outbox.worker import OutboxWorker

__all__ = [
    "Count",
    "EventNotTaken",
    "EventReceiver",
    "HttpEvents",
    "NewItem",
    "NotSent",
    "Outbox",
    "OutboxColumns",
    "OutboxItem",
    "OutboxWorker",
    "Sending",
    "delay_after",
    "no_count",
    "outbox_constraints",
]
