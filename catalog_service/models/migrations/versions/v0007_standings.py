"""How accounts stand, invitations to partnerships, and an outbox."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UP = (
    """
    CREATE TABLE account_standings (
        user_id uuid NOT NULL,
        version integer NOT NULL,
        role varchar NOT NULL,
        is_verified boolean NOT NULL,
        told_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_account_standings PRIMARY KEY (user_id),
        CONSTRAINT ck_account_standings_role CHECK (role IN ('user', 'partner', 'admin'))
    )
    """,
    # Volatile, as catalog_hold_accounts: the second statement sees what was committed while the
    # locks were awaited.
    """
    CREATE FUNCTION catalog_hold_standings(ids uuid[])
    RETURNS TABLE (
        user_id uuid, is_erased boolean, version integer, role varchar, is_verified boolean)
    LANGUAGE plpgsql VOLATILE AS $$
    #variable_conflict use_column
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(hashtextextended(CAST(id AS text), 0))
            FROM unnest(ids) AS id;
        RETURN QUERY SELECT asked.id, erased.user_id IS NOT NULL,
                standing.version, standing.role, standing.is_verified
            FROM unnest(ids) AS asked (id)
                LEFT JOIN erased_users AS erased ON erased.user_id = asked.id
                LEFT JOIN account_standings AS standing ON standing.user_id = asked.id;
    END $$
    """,
    "ALTER TABLE partnerships ADD COLUMN is_invited boolean NOT NULL DEFAULT false",
    """
    ALTER TABLE partnerships ADD CONSTRAINT ck_partnerships_is_invited
        CHECK (NOT (is_invited AND is_active))
    """,
    """
    CREATE TABLE outbox (
        id uuid NOT NULL,
        kind varchar NOT NULL,
        subject uuid,
        payload jsonb NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        available_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        leased_until timestamptz,
        finished_at timestamptz,
        last_error varchar,
        CONSTRAINT pk_outbox PRIMARY KEY (id),
        CONSTRAINT ck_outbox_kind CHECK (kind IN ('event'))
    )
    """,
    "CREATE INDEX ix_outbox_pending ON outbox (available_at, id) WHERE finished_at IS NULL",
    "CREATE INDEX ix_outbox_subject ON outbox (subject) WHERE finished_at IS NULL",
    """
    CREATE FUNCTION catalog_notify_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('catalog_outbox', '');
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER outbox_notify AFTER INSERT ON outbox
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_notify_outbox()
    """,
)

DOWN = (
    "DROP TABLE outbox",
    "DROP FUNCTION catalog_notify_outbox()",
    "ALTER TABLE partnerships DROP CONSTRAINT ck_partnerships_is_invited",
    "ALTER TABLE partnerships DROP COLUMN is_invited",
    "DROP FUNCTION catalog_hold_standings(uuid[])",
    "DROP TABLE account_standings",
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
