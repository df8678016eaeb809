"""Which mails by choice an account wants."""

from alembic import op

revision = "0010"
down_revision = "0004"
branch_labels = None
depends_on = None

UP = (
    """
    ALTER TABLE users ADD COLUMN notifications text[] NOT NULL
        DEFAULT '{pickup_soon,reservation_changed,reserved}'
    """,
    """
    ALTER TABLE users ADD CONSTRAINT ck_users_notifications CHECK (
        notifications <@ ARRAY['reserved', 'reservation_changed', 'pickup_tomorrow', 'pickup_soon'])
    """,
)

DOWN = ("ALTER TABLE users DROP COLUMN notifications",)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
