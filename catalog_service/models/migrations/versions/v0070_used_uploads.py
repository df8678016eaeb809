"""Links for uploading that were used: good once, whichever instance they are sent to."""

from alembic import op

revision = "0070"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute(
        """
        CREATE TABLE used_uploads (
            nonce varchar NOT NULL,
            used_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            CONSTRAINT pk_used_uploads PRIMARY KEY (nonce)
        )
        """
    )


def downgrade() -> None:
    """Undo."""
    op.execute("DROP TABLE used_uploads")
