"""Holding accounts in one round trip: every write begins with it."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Volatile, so the second statement has a snapshot of its own: it sees what was committed while the
# locks were awaited.
UP = """
    CREATE FUNCTION catalog_hold_accounts(ids uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql VOLATILE AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(hashtextextended(CAST(id AS text), 0))
            FROM unnest(ids) AS id;
        RETURN QUERY SELECT user_id FROM erased_users WHERE user_id = ANY (ids);
    END $$
"""


def upgrade() -> None:
    """Create the function."""
    op.execute(UP)


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP FUNCTION catalog_hold_accounts(uuid[])")
