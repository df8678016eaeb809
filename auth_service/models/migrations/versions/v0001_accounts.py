"""Accounts and the tokens that mails carry.

Statements are written out: a revision keeps meaning what it meant when it ran, whatever the tables
become later.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UP = (
    """
    CREATE FUNCTION auth_touch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.updated_at := clock_timestamp();
        RETURN NEW;
    END $$
    """,
    """
    CREATE TABLE users (
        id uuid NOT NULL,
        email varchar NOT NULL,
        email_canonical varchar NOT NULL,
        password_hash varchar NOT NULL,
        role varchar NOT NULL,
        is_verified boolean NOT NULL DEFAULT false,
        token_version integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_users PRIMARY KEY (id),
        CONSTRAINT uq_users_email_canonical UNIQUE (email_canonical),
        CONSTRAINT ck_users_role CHECK (role IN ('user', 'partner', 'admin'))
    )
    """,
    "CREATE INDEX ix_users_created_at_id ON users (created_at, id)",
    "CREATE INDEX ix_users_admins ON users (id) WHERE role = 'admin'",
    """
    CREATE TRIGGER users_touch BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION auth_touch()
    """,
    """
    CREATE TABLE verification_tokens (
        token_hash bytea NOT NULL,
        user_id uuid NOT NULL,
        purpose varchar NOT NULL,
        used boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        expires_at timestamptz NOT NULL,
        CONSTRAINT pk_verification_tokens PRIMARY KEY (token_hash),
        CONSTRAINT fk_verification_tokens_user_id FOREIGN KEY (user_id)
            REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT ck_verification_tokens_purpose
            CHECK (purpose IN ('verify_email', 'reset_password')),
        CONSTRAINT ck_verification_tokens_token_hash CHECK (octet_length(token_hash) = 32)
    )
    """,
    "CREATE INDEX ix_verification_tokens_user_id ON verification_tokens (user_id, purpose)",
    "CREATE INDEX ix_verification_tokens_expires_at ON verification_tokens (expires_at)",
)

DOWN = (
    "DROP TABLE verification_tokens",
    "DROP TABLE users",
    "DROP FUNCTION auth_touch()",
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
