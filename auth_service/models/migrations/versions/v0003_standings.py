"""Every change of an account that other services must know leaves as an event, by a trigger.

A trigger, because then no way of writing an account can forget it. Each account has a version that
counts these changes, so that a receiver tells a late event from a new one.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UP = (
    "ALTER TABLE outbox ADD COLUMN subject uuid",
    "CREATE INDEX ix_outbox_subject ON outbox (subject) WHERE finished_at IS NULL",
    "ALTER TABLE users ADD COLUMN standing_version integer NOT NULL DEFAULT 1",
    """
    CREATE FUNCTION auth_count_standing() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.standing_version := OLD.standing_version + 1;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER users_count_standing BEFORE UPDATE ON users FOR EACH ROW
    WHEN ((OLD.role, OLD.is_verified) IS DISTINCT FROM (NEW.role, NEW.is_verified))
    EXECUTE FUNCTION auth_count_standing()
    """,
    """
    CREATE FUNCTION auth_tell_standing(account users) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        event_id uuid := gen_random_uuid();
    BEGIN
        INSERT INTO outbox (id, kind, subject, payload)
        VALUES (event_id, 'event', account.id, jsonb_build_object(
            'id', event_id, 'type', 'account.changed', 'userId', account.id,
            'version', account.standing_version, 'role', account.role,
            'isVerified', account.is_verified, 'occurredAt', clock_timestamp()));
    END $$
    """,
    """
    CREATE FUNCTION auth_standing_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM auth_tell_standing(NEW);
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER users_made AFTER INSERT ON users FOR EACH ROW
    EXECUTE FUNCTION auth_standing_changed()
    """,
    """
    CREATE TRIGGER users_changed AFTER UPDATE ON users FOR EACH ROW
    WHEN (OLD.standing_version IS DISTINCT FROM NEW.standing_version)
    EXECUTE FUNCTION auth_standing_changed()
    """,
    # Accounts that are there already are told of once.
    "SELECT auth_tell_standing(users) FROM users",
)

DOWN = (
    "DROP TRIGGER users_changed ON users",
    "DROP TRIGGER users_made ON users",
    "DROP TRIGGER users_count_standing ON users",
    "DROP FUNCTION auth_standing_changed()",
    "DROP FUNCTION auth_tell_standing(users)",
    "DROP FUNCTION auth_count_standing()",
    "ALTER TABLE users DROP COLUMN standing_version",
    "DELETE FROM outbox WHERE payload->>'type' = 'account.changed'",
    "DROP INDEX ix_outbox_subject",
    "ALTER TABLE outbox DROP COLUMN subject",
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
