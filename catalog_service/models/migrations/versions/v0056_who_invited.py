"""Who invited a partner by account: void once that is no owner of the place any more."""

from alembic import op

revision = "0056"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Of invitations that wait already nobody knows: they stay good."""
    op.execute("ALTER TABLE partnerships ADD COLUMN invited_by uuid")


def downgrade() -> None:
    """Undo."""
    op.execute("ALTER TABLE partnerships DROP COLUMN invited_by")
