"""Which invitations into places were made to which address."""

from alembic import op

revision = "0030"
down_revision = "0011"
branch_labels = None
depends_on = None

UP = (
    """
    CREATE TABLE invitations (
        id uuid NOT NULL,
        email_canonical varchar NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        expires_at timestamptz NOT NULL,
        CONSTRAINT pk_invitations PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_invitations_email_canonical ON invitations (email_canonical)",
    "CREATE INDEX ix_invitations_expires_at ON invitations (expires_at)",
)

DOWN = ("DROP TABLE invitations",)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
