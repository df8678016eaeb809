"""What a place says of itself, and portions that are sold at its counter."""

from alembic import op

revision = "0030"
down_revision = "0012"
branch_labels = None
depends_on = None

UP = (
    """
    ALTER TABLE places
        ADD COLUMN category varchar,
        ADD COLUMN phone varchar,
        ADD COLUMN website varchar,
        ADD COLUMN opening_hours jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN special_days jsonb NOT NULL DEFAULT '[]',
        ADD CONSTRAINT ck_places_category CHECK (category IN (
            'bakery', 'cafe', 'restaurant', 'canteen', 'grocery', 'supermarket', 'greengrocer',
            'butcher', 'hotel', 'caterer', 'other')),
        ADD CONSTRAINT ck_places_phone CHECK (phone ~ '^\\+[1-9][0-9]{6,14}$')
    """,
    "ALTER TABLE offer_stats_daily ADD COLUMN counter_sales integer NOT NULL DEFAULT 0",
    """
    CREATE TABLE counter_sales (
        id uuid NOT NULL,
        offer_id uuid NOT NULL,
        place_id uuid NOT NULL,
        sold_by uuid,
        quantity integer NOT NULL,
        unit_price numeric(12, 2) NOT NULL,
        original_unit_price numeric(12, 2) NOT NULL,
        idempotency_key varchar,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_counter_sales PRIMARY KEY (id),
        CONSTRAINT uq_counter_sales_idempotency_key UNIQUE (sold_by, idempotency_key),
        CONSTRAINT ck_counter_sales_quantity CHECK (quantity > 0),
        CONSTRAINT fk_counter_sales_offer_id FOREIGN KEY (offer_id)
            REFERENCES offers (id) ON DELETE RESTRICT,
        CONSTRAINT fk_counter_sales_place_id FOREIGN KEY (place_id)
            REFERENCES places (id) ON DELETE RESTRICT
    )
    """,
    "CREATE INDEX ix_counter_sales_offer_id ON counter_sales (offer_id, created_at)",
)

DOWN = (
    "DROP TABLE counter_sales",
    "ALTER TABLE offer_stats_daily DROP COLUMN counter_sales",
    """
    ALTER TABLE places DROP COLUMN category, DROP COLUMN phone, DROP COLUMN website,
        DROP COLUMN opening_hours, DROP COLUMN special_days
    """,
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
