"""Offers and their daily figures."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UP = (
    """
    CREATE TABLE offers (
        id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        place_id uuid NOT NULL,
        title varchar NOT NULL,
        description varchar NOT NULL DEFAULT '',
        price_amount numeric(12, 2) NOT NULL,
        original_price_amount numeric(12, 2) NOT NULL,
        currency varchar(3) NOT NULL,
        quantity_total integer NOT NULL,
        quantity_available integer NOT NULL,
        pickup_start timestamptz NOT NULL,
        pickup_end timestamptz NOT NULL,
        status varchar NOT NULL DEFAULT 'draft',
        tags text[] NOT NULL DEFAULT '{}',
        allergens text[],
        image_urls text[] NOT NULL DEFAULT '{}',
        deleted_at timestamptz,
        search_text text NOT NULL
            GENERATED ALWAYS AS (catalog_search_text(title, description, tags)) STORED,
        CONSTRAINT pk_offers PRIMARY KEY (id),
        CONSTRAINT ck_offers_quantity_available
            CHECK (quantity_available BETWEEN 0 AND quantity_total),
        CONSTRAINT ck_offers_price_amount CHECK (price_amount BETWEEN 0 AND original_price_amount),
        CONSTRAINT ck_offers_pickup_window CHECK (
            pickup_start < pickup_end AND pickup_end <= pickup_start + interval '48 hours'),
        CONSTRAINT ck_offers_status CHECK (status IN ('draft', 'active', 'paused', 'cancelled')),
        CONSTRAINT fk_offers_place_id FOREIGN KEY (place_id)
            REFERENCES places (id) ON DELETE RESTRICT
    )
    """,
    """
    CREATE INDEX ix_offers_listed_by_start ON offers (pickup_start, id)
        WHERE status = 'active' AND deleted_at IS NULL
    """,
    """
    CREATE INDEX ix_offers_listed_by_price ON offers (price_amount, id)
        WHERE status = 'active' AND deleted_at IS NULL
    """,
    """
    CREATE INDEX ix_offers_listed_by_creation ON offers (created_at, id)
        WHERE status = 'active' AND deleted_at IS NULL
    """,
    """
    CREATE INDEX ix_offers_place_id ON offers (place_id, pickup_start, id)
        WHERE deleted_at IS NULL
    """,
    "CREATE INDEX ix_offers_tags ON offers USING gin (tags) WHERE deleted_at IS NULL",
    """
    CREATE INDEX ix_offers_search ON offers USING gin (search_text gin_trgm_ops)
        WHERE deleted_at IS NULL
    """,
    "CREATE TRIGGER touch BEFORE UPDATE ON offers FOR EACH ROW EXECUTE FUNCTION catalog_touch()",
    """
    CREATE TABLE offer_stats_daily (
        offer_id uuid NOT NULL,
        day date NOT NULL,
        place_id uuid NOT NULL,
        views integer NOT NULL DEFAULT 0,
        reservations integer NOT NULL DEFAULT 0,
        cancellations integer NOT NULL DEFAULT 0,
        pickups integer NOT NULL DEFAULT 0,
        revenue numeric(16, 2) NOT NULL DEFAULT 0,
        saved numeric(16, 2) NOT NULL DEFAULT 0,
        CONSTRAINT pk_offer_stats_daily PRIMARY KEY (offer_id, day)
    )
    """,
    "CREATE INDEX ix_offer_stats_daily_place ON offer_stats_daily (place_id, day)",
)

DOWN = ("DROP TABLE offer_stats_daily", "DROP TABLE offers")


def upgrade() -> None:
    """Create both tables."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop both tables."""
    for statement in DOWN:
        op.execute(statement)
