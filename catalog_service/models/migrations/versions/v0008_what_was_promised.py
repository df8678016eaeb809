"""Reservations keep what their customer saw, and say who ended them; limits per customer."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ACTIONS = (
    "'OFFER_VIEWED', 'OFFER_RESERVED', 'RESERVATION_CANCELLED', 'RESERVATION_EXPIRED', "
    "'OFFER_PICKED_UP'"
)

UP = (
    "ALTER TABLE offers ADD COLUMN max_per_customer integer",
    """
    ALTER TABLE offers ADD CONSTRAINT ck_offers_max_per_customer CHECK (max_per_customer > 0)
    """,
    """
    ALTER TABLE reservations
        ADD COLUMN title varchar NOT NULL DEFAULT '',
        ADD COLUMN description varchar NOT NULL DEFAULT '',
        ADD COLUMN allergens text[],
        ADD COLUMN ended_at timestamptz,
        ADD COLUMN ended_by uuid,
        ADD COLUMN cancel_reason varchar
    """,
    # What the offers say today is the best that is known of what was seen. The trigger rests: a
    # migration is no change of a reservation.
    "ALTER TABLE reservations DISABLE TRIGGER touch",
    """
    UPDATE reservations SET title = offers.title, description = offers.description,
        allergens = offers.allergens,
        ended_at = CASE WHEN reservations.status <> 'RESERVED' THEN reservations.updated_at END
    FROM offers WHERE offers.id = offer_id
    """,
    "ALTER TABLE reservations ENABLE TRIGGER touch",
    "ALTER TABLE reservations ALTER COLUMN title DROP DEFAULT",
    "ALTER TABLE offer_stats_daily ADD COLUMN no_shows integer NOT NULL DEFAULT 0",
    "ALTER TABLE user_history DROP CONSTRAINT ck_user_history_action",
    f"""
    ALTER TABLE user_history ADD CONSTRAINT ck_user_history_action
        CHECK (action IN ({ACTIONS}, 'RESERVATION_CHANGED'))
    """,
    # A customer's reservations are made one after the other, so that each sees those before it.
    """
    CREATE FUNCTION catalog_take_turn(customer uuid, wanted uuid)
    RETURNS TABLE (live integer, cancelled integer, first_cancelled timestamptz, held integer)
    LANGUAGE plpgsql VOLATILE AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(CAST(customer AS text), 2));
        RETURN QUERY SELECT
            CAST(count(*) FILTER (WHERE status = 'RESERVED') AS integer),
            CAST(count(*) FILTER (WHERE status = 'CANCELLED_BY_CUSTOMER'
                AND ended_at > clock_timestamp() - interval '1 hour') AS integer),
            min(ended_at) FILTER (WHERE status = 'CANCELLED_BY_CUSTOMER'
                AND ended_at > clock_timestamp() - interval '1 hour'),
            CAST(coalesce(sum(quantity) FILTER (WHERE offer_id = wanted
                AND status IN ('RESERVED', 'PICKED_UP')), 0) AS integer)
        FROM reservations
        WHERE user_id = customer AND (status = 'RESERVED' OR offer_id = wanted
            OR ended_at > clock_timestamp() - interval '1 hour');
    END $$
    """,
)

DOWN = (
    "DROP FUNCTION catalog_take_turn(uuid, uuid)",
    "DELETE FROM user_history WHERE action = 'RESERVATION_CHANGED'",
    "ALTER TABLE user_history DROP CONSTRAINT ck_user_history_action",
    f"""
    ALTER TABLE user_history ADD CONSTRAINT ck_user_history_action CHECK (action IN ({ACTIONS}))
    """,
    "ALTER TABLE offer_stats_daily DROP COLUMN no_shows",
    """
    ALTER TABLE reservations DROP COLUMN title, DROP COLUMN description, DROP COLUMN allergens,
        DROP COLUMN ended_at, DROP COLUMN ended_by, DROP COLUMN cancel_reason
    """,
    "ALTER TABLE offers DROP COLUMN max_per_customer",
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
