"""The outbox: what is to be sent, and a notification for whoever sends it."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UP = (
    """
    CREATE TABLE outbox (
        id uuid NOT NULL,
        kind varchar NOT NULL,
        payload jsonb NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        available_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        leased_until timestamptz,
        finished_at timestamptz,
        last_error varchar,
        CONSTRAINT pk_outbox PRIMARY KEY (id),
        CONSTRAINT ck_outbox_kind CHECK (kind IN ('mail', 'event'))
    )
    """,
    "CREATE INDEX ix_outbox_pending ON outbox (available_at, id) WHERE finished_at IS NULL",
    """
    CREATE FUNCTION auth_notify_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('auth_outbox', '');
        RETURN NULL;
    END $$
    """,
    # Per statement, not per row; PostgreSQL delivers it when the transaction commits.
    """
    CREATE TRIGGER outbox_notify AFTER INSERT ON outbox
    FOR EACH STATEMENT EXECUTE FUNCTION auth_notify_outbox()
    """,
)

DOWN = (
    "DROP TABLE outbox",
    "DROP FUNCTION auth_notify_outbox()",
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
