"""When the database was filled from a backup: access tokens from before are good no more."""

from alembic import op

revision = "0077"
down_revision = "0053"
branch_labels = None
depends_on = None

UP = (
    """CREATE TABLE restores (
        restored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_restores PRIMARY KEY (restored_at))""",
)
DOWN = ("DROP TABLE restores",)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
