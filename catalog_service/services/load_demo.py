"""Demo data: something to look at, sign in for and try out on the first day."""

from collections.abc import Sequence
from uuid import UUID

from catalog_service.models import tables
from catalog_service.repository.bulk import hold_if_empty, insert_rows
from catalog_service.repository.offer_writes import database_time
from catalog_service.services.demo.build import build_demo
from shared.database import Database


async def load_demo(database: Database, partners: Sequence[UUID], customers: Sequence[UUID]) -> int:
    """Load the demo into an empty catalog; how many offers, 0 when it was not empty.

    Windows are relative to the database's time; everything else is the same every time.
    """
    async with database.transaction() as session:
        if not await hold_if_empty(session):
            return 0
        rows = build_demo(await database_time(session), partners, customers)
        for table, inserted in (
            (tables.place, rows.places),
            (tables.partnership, rows.partnerships),
            (tables.schedule, rows.schedules),
            (tables.offer, rows.offers),
            (tables.reservation, rows.reservations),
            (tables.counter_sale, rows.counter_sales),
            (tables.history, rows.history),
            (tables.stats, rows.stats),
            (tables.report, rows.reports),
        ):
            await insert_rows(session, table, inserted)
    return len(rows.offers)
