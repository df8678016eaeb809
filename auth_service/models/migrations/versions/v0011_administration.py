"""Suspended accounts, partners to be approved, finding accounts, and the audit log."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _tell(more: str) -> str:
    return f"""
    CREATE OR REPLACE FUNCTION auth_tell_standing(account users) RETURNS void
    LANGUAGE plpgsql AS $$
    DECLARE
        event_id uuid := gen_random_uuid();
    BEGIN
        INSERT INTO outbox (id, kind, subject, payload)
        VALUES (event_id, 'event', account.id, jsonb_build_object(
            'id', event_id, 'type', 'account.changed', 'userId', account.id,
            'version', account.standing_version, 'role', account.role,
            'isVerified', account.is_verified, 'displayName', account.display_name, {more}
            'occurredAt', clock_timestamp()));
    END $$
    """  # noqa: S608  both texts are ours


def _count(columns: tuple[str, ...]) -> str:
    old = ", ".join(f"OLD.{name}" for name in columns)
    new = ", ".join(f"NEW.{name}" for name in columns)
    return f"""
    CREATE TRIGGER users_count_standing BEFORE UPDATE ON users FOR EACH ROW
    WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION auth_count_standing()
    """


BEFORE = ("role", "is_verified", "display_name")

UP = (
    "ALTER TABLE users ADD COLUMN suspended_at timestamptz",
    "ALTER TABLE users ADD COLUMN suspension_reason varchar",
    """
    ALTER TABLE users ADD CONSTRAINT ck_users_suspension_reason
        CHECK ((suspended_at IS NULL) = (suspension_reason IS NULL))
    """,
    "ALTER TABLE users ADD COLUMN is_approved boolean NOT NULL DEFAULT true",
    "DROP TRIGGER users_count_standing ON users",
    _count((*BEFORE, "suspended_at", "is_approved")),
    _tell("'isSuspended', account.suspended_at IS NOT NULL, 'isApproved', account.is_approved,"),
    "CREATE INDEX ix_users_pending ON users (created_at, id) WHERE NOT is_approved",
    # Schemas are written out: a dump is restored without a search path.
    """
    CREATE FUNCTION public.auth_fold(given text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT regexp_replace(
            lower(normalize(lower(given), NFKD)), '[\\u0300-\\u036f]', '', 'g')
    $$
    """,
    """
    CREATE FUNCTION public.auth_search_text(email text, name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT public.auth_fold(email || ' ' || coalesce(name, ''))
    $$
    """,
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """
    CREATE INDEX ix_users_search ON users
        USING gin (auth_search_text(email, display_name) gin_trgm_ops)
    """,
    """
    CREATE TABLE audit_log (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        service varchar NOT NULL,
        action varchar NOT NULL,
        actor_id uuid,
        target_type varchar NOT NULL,
        target_id uuid,
        reason varchar,
        details jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_audit_log PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_audit_log_created_at ON audit_log (created_at, id)",
    "CREATE INDEX ix_audit_log_actor_id ON audit_log (actor_id, created_at, id)",
    "CREATE INDEX ix_audit_log_target_id ON audit_log (target_id, created_at, id)",
    """
    CREATE FUNCTION auth_only_append() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'audit_log is only added to';
    END $$
    """,
    """
    CREATE TRIGGER audit_log_only_append BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION auth_only_append()
    """,
)

DOWN = (
    "DROP TABLE audit_log",
    "DROP FUNCTION auth_only_append()",
    "DROP INDEX ix_users_search",
    "DROP FUNCTION public.auth_search_text(text, text)",
    "DROP FUNCTION public.auth_fold(text)",
    "DROP TRIGGER users_count_standing ON users",
    _count(BEFORE),
    _tell(""),
    "ALTER TABLE users DROP COLUMN is_approved",
    "ALTER TABLE users DROP COLUMN suspension_reason",
    "ALTER TABLE users DROP COLUMN suspended_at",
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
