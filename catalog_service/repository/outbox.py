"""The catalog's outbox."""

from catalog_service.models import tables
from shared.outbox import Outbox

OUTBOX = Outbox(tables.outbox, "catalog_outbox")
