"""What is not for sale has an index, as what is for sale has: lists of drafts, paused, cancelled.

By their start it is walked. In another order all of a status are read in it, and none in the table.
"""

from alembic import op

revision = "0053"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute(
        """
        CREATE INDEX ix_offers_not_for_sale ON offers (status, pickup_start, id)
            INCLUDE (pickup_end, price_amount, created_at, discount)
            WHERE status <> 'active' AND deleted_at IS NULL
        """
    )


def downgrade() -> None:
    """Undo."""
    op.execute("DROP INDEX ix_offers_not_for_sale")
