"""What was deleted lately and left the database, so that a retry succeeds."""

from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute(
        """
        CREATE TABLE removals (
            id uuid NOT NULL,
            place_id uuid NOT NULL,
            removed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            CONSTRAINT pk_removals PRIMARY KEY (id),
            CONSTRAINT fk_removals_place_id_places FOREIGN KEY (place_id)
                REFERENCES places (id) ON DELETE CASCADE
        )
        """
    )
    op.execute("CREATE INDEX ix_removals_place_id ON removals (place_id, removed_at)")


def downgrade() -> None:
    """Undo."""
    op.execute("DROP TABLE removals")
