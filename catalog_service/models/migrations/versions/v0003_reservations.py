"""Reservations and the history of what customers did."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UP = (
    """
    CREATE TABLE reservations (
        id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        offer_id uuid NOT NULL,
        place_id uuid NOT NULL,
        user_id uuid,
        quantity integer NOT NULL,
        unit_price numeric(12, 2) NOT NULL,
        original_unit_price numeric(12, 2) NOT NULL,
        currency varchar(3) NOT NULL,
        pickup_start timestamptz NOT NULL,
        pickup_end timestamptz NOT NULL,
        status varchar NOT NULL DEFAULT 'RESERVED',
        pickup_code varchar NOT NULL,
        idempotency_key varchar NOT NULL,
        request_hash varchar NOT NULL,
        CONSTRAINT pk_reservations PRIMARY KEY (id),
        CONSTRAINT uq_reservations_idempotency_key UNIQUE (user_id, idempotency_key),
        CONSTRAINT ck_reservations_quantity CHECK (quantity > 0),
        CONSTRAINT ck_reservations_pickup_window CHECK (pickup_start < pickup_end),
        CONSTRAINT ck_reservations_status CHECK (status IN (
            'RESERVED', 'PICKED_UP', 'CANCELLED_BY_CUSTOMER', 'CANCELLED_BY_PARTNER', 'EXPIRED')),
        CONSTRAINT fk_reservations_offer_id FOREIGN KEY (offer_id)
            REFERENCES offers (id) ON DELETE RESTRICT,
        CONSTRAINT fk_reservations_place_id FOREIGN KEY (place_id)
            REFERENCES places (id) ON DELETE RESTRICT
    )
    """,
    """
    CREATE UNIQUE INDEX uq_reservations_pickup_code ON reservations (place_id, pickup_code)
        WHERE status = 'RESERVED'
    """,
    "CREATE INDEX ix_reservations_user_id ON reservations (user_id, created_at, id)",
    "CREATE INDEX ix_reservations_offer_id ON reservations (offer_id, created_at, id)",
    "CREATE INDEX ix_reservations_place_id ON reservations (place_id, created_at, id)",
    """
    CREATE INDEX ix_reservations_live_until ON reservations (pickup_end)
        WHERE status = 'RESERVED'
    """,
    """
    CREATE TRIGGER touch BEFORE UPDATE ON reservations
        FOR EACH ROW EXECUTE FUNCTION catalog_touch()
    """,
    """
    CREATE TABLE user_history (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        user_id uuid NOT NULL,
        offer_id uuid NOT NULL,
        action varchar NOT NULL,
        details varchar,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_user_history PRIMARY KEY (id),
        CONSTRAINT ck_user_history_action CHECK (action IN (
            'OFFER_VIEWED', 'OFFER_RESERVED', 'RESERVATION_CANCELLED', 'RESERVATION_EXPIRED',
            'OFFER_PICKED_UP'))
    )
    """,
    "CREATE INDEX ix_user_history_user_id ON user_history (user_id, created_at, id)",
    """
    CREATE INDEX ix_user_history_offer_id ON user_history (offer_id, user_id, action, created_at)
    """,
    "CREATE INDEX ix_user_history_created_at ON user_history (created_at)",
)

DOWN = ("DROP TABLE user_history", "DROP TABLE reservations")


def upgrade() -> None:
    """Create both tables."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop both tables."""
    for statement in DOWN:
        op.execute(statement)
