"""Deleted accounts and the events that told of them."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UP = (
    """
    CREATE TABLE erased_users (
        user_id uuid NOT NULL,
        erased_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_erased_users PRIMARY KEY (user_id)
    )
    """,
    """
    CREATE TABLE processed_events (
        id uuid NOT NULL,
        type varchar NOT NULL,
        processed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_processed_events PRIMARY KEY (id)
    )
    """,
)

DOWN = ("DROP TABLE processed_events", "DROP TABLE erased_users")


def upgrade() -> None:
    """Create both tables."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop both tables."""
    for statement in DOWN:
        op.execute(statement)
