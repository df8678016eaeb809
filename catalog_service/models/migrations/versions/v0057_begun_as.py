"""As of which version of the partner's standing a partnership was made.

Events of a standing may come late and in any order. By this a late one ends what it would have
ended in time, and nothing that was made since.
"""

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

UP = (
    "ALTER TABLE partnerships ADD COLUMN standing_version integer NOT NULL DEFAULT 0",
    "ALTER TABLE partnerships DISABLE TRIGGER touch",
    # What stands already outlasts what is older than the standing that is known, as it did so far.
    """
    UPDATE partnerships SET standing_version = known.version
    FROM account_standings AS known WHERE known.user_id = partnerships.partner_user_id
    """,
    "ALTER TABLE partnerships ENABLE TRIGGER touch",
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    op.execute("ALTER TABLE partnerships DROP COLUMN standing_version")
