"""Searches cost the same at a million offers as at ten thousand.

Orders by price and creation pass over what has ended, or has not, within the index, as the order by
start does since 0006. A circle on the map is asked place by place, in each order through an index
that begins with the place. Tags that only few offers have are known to be rare.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LISTED = "WHERE status = 'active' AND deleted_at IS NULL"
REPLACED = {
    "ix_offers_listed_by_price": "price_amount, id",
    "ix_offers_listed_by_creation": "created_at, id",
}
WINDOW = ", pickup_end, pickup_start"
OF_A_PLACE = {
    "ix_offers_place_start": "place_id, pickup_start, id, pickup_end",
    "ix_offers_place_price": "place_id, price_amount, id, pickup_end, pickup_start",
    "ix_offers_place_creation": "place_id, created_at, id, pickup_end, pickup_start",
}


def upgrade() -> None:
    """Put the window into two indexes, add one for each order within a place."""
    for name, columns in REPLACED.items():
        op.execute(f"DROP INDEX {name}")
        _create(name, columns + WINDOW)
    for name, columns in OF_A_PLACE.items():
        _create(name, columns)
    op.execute("ALTER TABLE offers ALTER COLUMN tags SET STATISTICS 1000")


def downgrade() -> None:
    """As it was."""
    op.execute("ALTER TABLE offers ALTER COLUMN tags SET STATISTICS -1")
    for name in OF_A_PLACE:
        op.execute(f"DROP INDEX {name}")
    for name, columns in REPLACED.items():
        op.execute(f"DROP INDEX {name}")
        _create(name, columns)


def _create(name: str, columns: str) -> None:
    op.execute(f"CREATE INDEX {name} ON offers ({columns}) {LISTED}")
