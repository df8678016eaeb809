"""What accounts are called: places see who reserved."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.execute("ALTER TABLE account_standings ADD COLUMN display_name varchar")


def downgrade() -> None:
    """Drop it."""
    op.execute("ALTER TABLE account_standings DROP COLUMN display_name")
