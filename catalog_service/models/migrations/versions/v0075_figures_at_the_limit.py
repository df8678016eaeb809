"""Figures of a day hold what an offer can take at most: 100,000 portions at the highest price.

Past 10^14, in a currency of small units, nothing could be sold or handed over that day.
"""

from alembic import op

revision = "0075"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute(
        """
        ALTER TABLE offer_stats_daily
            ALTER COLUMN revenue TYPE numeric(20, 3), ALTER COLUMN saved TYPE numeric(20, 3)
        """
    )


def downgrade() -> None:
    """Undo."""
    op.execute(
        """
        ALTER TABLE offer_stats_daily
            ALTER COLUMN revenue TYPE numeric(17, 3), ALTER COLUMN saved TYPE numeric(17, 3)
        """
    )
