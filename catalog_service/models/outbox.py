"""What the catalog wants other services to hear of."""

from catalog_service.models.base import CatalogTable
from shared.outbox import OutboxColumns, outbox_constraints

EVENT = "event"


class OutboxRow(OutboxColumns, CatalogTable, table=True):
    """One event to deliver."""

    __tablename__ = "outbox"
    __table_args__ = outbox_constraints([EVENT])
