"""Invitations into places by mail."""

from alembic import op

revision = "0032"
down_revision = "0040"
branch_labels = None
depends_on = None

UP = (
    """
    CREATE TABLE invitations (
        id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        place_id uuid NOT NULL,
        role varchar NOT NULL,
        status varchar NOT NULL DEFAULT 'PENDING',
        address_digest bytea NOT NULL,
        token_hash bytea NOT NULL,
        invited_by uuid,
        answered_by uuid,
        expires_at timestamptz NOT NULL,
        CONSTRAINT pk_invitations PRIMARY KEY (id),
        CONSTRAINT ck_invitations_role CHECK (role IN ('OWNER', 'MANAGER', 'STAFF')),
        CONSTRAINT ck_invitations_status
            CHECK (status IN ('PENDING', 'ACCEPTED', 'DECLINED', 'CANCELLED')),
        CONSTRAINT fk_invitations_place_id FOREIGN KEY (place_id)
            REFERENCES places (id) ON DELETE RESTRICT
    )
    """,
    """
    CREATE UNIQUE INDEX uq_invitations_address ON invitations (place_id, address_digest)
        WHERE status = 'PENDING'
    """,
    "CREATE INDEX ix_invitations_place_id ON invitations (place_id, created_at, id)",
    "CREATE UNIQUE INDEX ix_invitations_token_hash ON invitations (token_hash)",
    """
    CREATE TRIGGER touch BEFORE UPDATE ON invitations
        FOR EACH ROW EXECUTE FUNCTION catalog_touch()
    """,
)

DOWN = ("DROP TABLE invitations",)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
