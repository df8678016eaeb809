"""Schedules: offers that publish themselves."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

UP = (
    """
    CREATE TABLE schedules (
        id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        place_id uuid NOT NULL,
        template jsonb NOT NULL,
        quantity_total integer NOT NULL,
        weekdays text[] NOT NULL,
        pickup_start time NOT NULL,
        pickup_end time NOT NULL,
        lead_minutes integer NOT NULL,
        first_day date,
        last_day date,
        is_paused boolean NOT NULL DEFAULT false,
        next_publish_at timestamptz,
        CONSTRAINT pk_schedules PRIMARY KEY (id),
        CONSTRAINT ck_schedules_quantity_total CHECK (quantity_total > 0),
        CONSTRAINT ck_schedules_weekdays CHECK (cardinality(weekdays) BETWEEN 1 AND 7),
        CONSTRAINT ck_schedules_pickup CHECK (pickup_start <> pickup_end),
        CONSTRAINT ck_schedules_lead_minutes CHECK (lead_minutes BETWEEN 0 AND 20160),
        CONSTRAINT ck_schedules_last_day CHECK (first_day <= last_day),
        CONSTRAINT fk_schedules_place_id FOREIGN KEY (place_id)
            REFERENCES places (id) ON DELETE RESTRICT
    )
    """,
    "CREATE INDEX ix_schedules_place_id ON schedules (place_id, created_at, id)",
    """
    CREATE INDEX ix_schedules_due ON schedules (next_publish_at)
        WHERE next_publish_at IS NOT NULL
    """,
    """
    CREATE TRIGGER touch BEFORE UPDATE OF template, quantity_total, weekdays, pickup_start,
            pickup_end, lead_minutes, first_day, last_day, is_paused ON schedules
        FOR EACH ROW EXECUTE FUNCTION catalog_touch()
    """,
    """
    CREATE TABLE schedule_days (
        schedule_id uuid NOT NULL,
        day date NOT NULL,
        is_skipped boolean NOT NULL DEFAULT false,
        offer_id uuid,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_schedule_days PRIMARY KEY (schedule_id, day),
        CONSTRAINT fk_schedule_days_schedule_id FOREIGN KEY (schedule_id)
            REFERENCES schedules (id) ON DELETE CASCADE,
        CONSTRAINT fk_schedule_days_offer_id FOREIGN KEY (offer_id)
            REFERENCES offers (id) ON DELETE SET NULL
    )
    """,
    "CREATE INDEX ix_schedule_days_offer_id ON schedule_days (offer_id)",
)

DOWN = ("DROP TABLE schedule_days", "DROP TABLE schedules")


def upgrade() -> None:
    """Create both tables."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in DOWN:
        op.execute(statement)
