"""Own lists read what they show: by place and status, by customer and status, in every order.

An index of a place's offers that begins with their status serves lists of drafts, of all, and
whatever is done to a whole place, deleted offers included.

ANALYZE no longer makes the keys of short words for the index, whose statistics the planner never
reads since it is partial; those of st_offers_short_keys it does. That was half of ANALYZE.
"""

from alembic import op

revision = "0054"
down_revision = "0077"
branch_labels = None
depends_on = None

_ORDERS = {
    "start": "pickup_start",
    "price": "price_amount",
    "creation": "created_at",
    "discount": "discount",
}
UP = (
    "ALTER INDEX ix_offers_found ALTER COLUMN 5 SET STATISTICS 0",
    "DROP INDEX ix_offers_place_id",
    """
    CREATE INDEX ix_offers_place_id ON offers (place_id, status, pickup_start, id)
        INCLUDE (pickup_end, price_amount, created_at, discount, deleted_at)
    """,
    "DROP INDEX ix_offers_not_for_sale",
    *(
        f"""
        CREATE INDEX ix_offers_not_for_sale_by_{name} ON offers (status, {column}, id)
            WHERE status <> 'active' AND deleted_at IS NULL
        """
        for name, column in _ORDERS.items()
    ),
    "DROP INDEX ix_reservations_place_id",
    "CREATE INDEX ix_reservations_place_id ON reservations (place_id, status, created_at, id)",
    "DROP INDEX ix_reservations_user_id",
    "CREATE INDEX ix_reservations_user_id ON reservations (user_id, status, created_at, id)",
)
DOWN = (
    "DROP INDEX ix_reservations_user_id",
    "CREATE INDEX ix_reservations_user_id ON reservations (user_id, created_at, id)",
    "DROP INDEX ix_reservations_place_id",
    "CREATE INDEX ix_reservations_place_id ON reservations (place_id, created_at, id)",
    *(f"DROP INDEX ix_offers_not_for_sale_by_{name}" for name in _ORDERS),
    """
    CREATE INDEX ix_offers_not_for_sale ON offers (status, pickup_start, id)
        INCLUDE (pickup_end, price_amount, created_at, discount)
        WHERE status <> 'active' AND deleted_at IS NULL
    """,
    "DROP INDEX ix_offers_place_id",
    """
    CREATE INDEX ix_offers_place_id ON offers (place_id, pickup_start, id)
        WHERE deleted_at IS NULL
    """,
    "ALTER INDEX ix_offers_found ALTER COLUMN 5 SET STATISTICS -1",
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
