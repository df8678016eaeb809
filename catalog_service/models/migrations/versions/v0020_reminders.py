"""Reminders of pickups: one row for each that was asked for, so that it is asked for once."""

from alembic import op

revision = "0020"
down_revision = "0031"
branch_labels = None
depends_on = None

UP = (
    """
    CREATE TABLE reminders (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        reservation_id uuid NOT NULL,
        kind varchar NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_reminders PRIMARY KEY (id),
        CONSTRAINT uq_reminders_reservation_id_kind UNIQUE (reservation_id, kind),
        CONSTRAINT fk_reminders_reservation_id FOREIGN KEY (reservation_id)
            REFERENCES reservations (id) ON DELETE CASCADE,
        CONSTRAINT ck_reminders_kind CHECK (kind IN ('pickup_tomorrow', 'pickup_soon'))
    )
    """,
    # Counted by the calendar of the zone, not by hours: days in it have 23, 24 or 25.
    """
    CREATE FUNCTION catalog_local_moment(
        moment timestamptz, zone text, days integer, at time) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT (date_trunc('day', moment AT TIME ZONE zone) + make_interval(days => days) + at)
            AT TIME ZONE zone
    $$
    """,
    """
    CREATE INDEX ix_reservations_live_from ON reservations (pickup_start)
        WHERE status = 'RESERVED'
    """,
    # A trigger, because then no way of ending a reservation can forget its reminders.
    """
    CREATE FUNCTION catalog_withdraw_reminders() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO outbox (id, kind, payload)
        SELECT made.id, 'event', jsonb_build_object('id', made.id, 'type', 'mail.withdrawn',
            'mailId', made.mail_id, 'occurredAt', clock_timestamp())
        FROM (SELECT gen_random_uuid() AS id, id AS mail_id FROM reminders
            WHERE reservation_id = NEW.id) AS made;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER reservations_withdraw_reminders AFTER UPDATE OF status ON reservations
    FOR EACH ROW WHEN (OLD.status = 'RESERVED' AND NEW.status IN
        ('CANCELLED_BY_CUSTOMER', 'CANCELLED_BY_PARTNER') AND NEW.pickup_start > now())
    EXECUTE FUNCTION catalog_withdraw_reminders()
    """,
)

DOWN = (
    "DROP TRIGGER reservations_withdraw_reminders ON reservations",
    "DROP FUNCTION catalog_withdraw_reminders()",
    "DROP INDEX ix_reservations_live_from",
    "DROP FUNCTION catalog_local_moment(timestamptz, text, integer, time)",
    "DROP TABLE reminders",
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
