"""What was made with a key of its client's, so that a retry makes nothing more."""

from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute(
        """
        CREATE TABLE creations (
            user_id uuid NOT NULL,
            idempotency_key varchar NOT NULL,
            fingerprint bytea NOT NULL,
            id uuid,
            created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            CONSTRAINT pk_creations PRIMARY KEY (user_id, idempotency_key)
        )
        """
    )


def downgrade() -> None:
    """Undo."""
    op.execute("DROP TABLE creations")
