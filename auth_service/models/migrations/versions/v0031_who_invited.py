"""Who invited, and the address as typed: for who sent an invitation to see whom they invited."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

UP = (
    "ALTER TABLE invitations ADD COLUMN email varchar NOT NULL DEFAULT ''",
    "ALTER TABLE invitations ADD COLUMN inviter_id uuid",
    """
    ALTER TABLE invitations ADD CONSTRAINT fk_invitations_inviter_id FOREIGN KEY (inviter_id)
        REFERENCES users (id) ON DELETE SET NULL
    """,
    "CREATE INDEX ix_invitations_inviter_id ON invitations (inviter_id)",
)

DOWN = (
    "ALTER TABLE invitations DROP COLUMN inviter_id",
    "ALTER TABLE invitations DROP COLUMN email",
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
