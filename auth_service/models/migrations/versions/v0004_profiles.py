"""Names and languages of accounts, and tokens that confirm a new address."""

from alembic import op

revision = "0004"
down_revision = "0003"
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
            'isVerified', account.is_verified, {more} 'occurredAt', clock_timestamp()));
    END $$
    """  # noqa: S608  both texts are ours


def _count(columns: tuple[str, ...]) -> str:
    old = ", ".join(f"OLD.{name}" for name in columns)
    new = ", ".join(f"NEW.{name}" for name in columns)
    return f"""
    CREATE TRIGGER users_count_standing BEFORE UPDATE ON users FOR EACH ROW
    WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION auth_count_standing()
    """


UP = (
    "ALTER TABLE users ADD COLUMN display_name varchar",
    "ALTER TABLE users ADD COLUMN language varchar NOT NULL DEFAULT 'en'",
    "ALTER TABLE users ADD CONSTRAINT ck_users_language CHECK (language IN ('en', 'de', 'fr'))",
    "DROP TRIGGER users_count_standing ON users",
    _count(("role", "is_verified", "display_name")),
    _tell("'displayName', account.display_name,"),
    "ALTER TABLE verification_tokens ADD COLUMN new_email varchar",
    "ALTER TABLE verification_tokens ADD COLUMN new_email_canonical varchar",
    "ALTER TABLE verification_tokens DROP CONSTRAINT ck_verification_tokens_purpose",
    """
    ALTER TABLE verification_tokens ADD CONSTRAINT ck_verification_tokens_purpose
        CHECK (purpose IN ('verify_email', 'reset_password', 'change_email'))
    """,
)

DOWN = (
    "DELETE FROM verification_tokens WHERE purpose = 'change_email'",
    "ALTER TABLE verification_tokens DROP CONSTRAINT ck_verification_tokens_purpose",
    """
    ALTER TABLE verification_tokens ADD CONSTRAINT ck_verification_tokens_purpose
        CHECK (purpose IN ('verify_email', 'reset_password'))
    """,
    "ALTER TABLE verification_tokens DROP COLUMN new_email_canonical",
    "ALTER TABLE verification_tokens DROP COLUMN new_email",
    _tell(""),
    "DROP TRIGGER users_count_standing ON users",
    _count(("role", "is_verified")),
    "ALTER TABLE users DROP COLUMN language",
    "ALTER TABLE users DROP COLUMN display_name",
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
