"""The tables as SQLAlchemy Core sees them, for the repository's queries."""

from catalog_service.models import (
    accounts,
    images,
    moderation,
    offers,
    places,
    reservations,
    schedules,
)
from catalog_service.models import outbox as outbox_model
from catalog_service.models.base import metadata

__all__ = [
    "audit_log",
    "counter_sale",
    "creation",
    "erased_user",
    "history",
    "image",
    "invitation",
    "metadata",
    "offer",
    "outbox",
    "partnership",
    "place",
    "processed_event",
    "reminder",
    "removal",
    "report",
    "reservation",
    "restore",
    "schedule",
    "schedule_day",
    "search_word",
    "standing",
    "stats",
]

place = metadata.tables[str(places.PlaceRow.__tablename__)]
invitation = metadata.tables[str(places.InvitationRow.__tablename__)]
image = metadata.tables[str(images.ImageRow.__tablename__)]
used_upload = metadata.tables[str(images.UsedUploadRow.__tablename__)]
partnership = metadata.tables[str(places.PartnershipRow.__tablename__)]
search_word = metadata.tables[str(places.SearchWordRow.__tablename__)]
offer = metadata.tables[str(offers.OfferRow.__tablename__)]
counter_sale = metadata.tables[str(offers.CounterSaleRow.__tablename__)]
stats = metadata.tables[str(offers.OfferStatsRow.__tablename__)]
creation = metadata.tables[str(offers.CreationRow.__tablename__)]
removal = metadata.tables[str(offers.RemovalRow.__tablename__)]
reservation = metadata.tables[str(reservations.ReservationRow.__tablename__)]
schedule = metadata.tables[str(schedules.ScheduleRow.__tablename__)]
schedule_day = metadata.tables[str(schedules.ScheduleDayRow.__tablename__)]
report = metadata.tables[str(moderation.ReportRow.__tablename__)]
audit_log = metadata.tables[str(moderation.AuditRow.__tablename__)]
reminder = metadata.tables[str(reservations.ReminderRow.__tablename__)]
history = metadata.tables[str(reservations.HistoryRow.__tablename__)]
standing = metadata.tables[str(accounts.AccountStandingRow.__tablename__)]
erased_user = metadata.tables[str(accounts.ErasedUserRow.__tablename__)]
restore = metadata.tables[str(accounts.RestoreRow.__tablename__)]
processed_event = metadata.tables[str(accounts.ProcessedEventRow.__tablename__)]
outbox = metadata.tables[str(outbox_model.OutboxRow.__tablename__)]
