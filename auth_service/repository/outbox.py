"""This service's outbox."""

from auth_service.models import tables
from shared.outbox import Outbox

OUTBOX = Outbox(tables.outbox, "auth_outbox")
