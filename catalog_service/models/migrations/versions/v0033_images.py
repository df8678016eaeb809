"""Pictures that are kept here, and finding the offers that show them."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

UP = (
    """
    CREATE TABLE images (
        name varchar NOT NULL,
        place_id uuid NOT NULL,
        bytes integer NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_images PRIMARY KEY (name),
        CONSTRAINT ck_images_bytes CHECK (bytes > 0),
        CONSTRAINT fk_images_place_id FOREIGN KEY (place_id)
            REFERENCES places (id) ON DELETE RESTRICT
    )
    """,
    "CREATE INDEX ix_images_created_at ON images (created_at)",
    """
    CREATE INDEX ix_offers_image_urls ON offers USING gin (image_urls) WHERE image_urls <> '{}'
    """,
)

DOWN = ("DROP INDEX ix_offers_image_urls", "DROP TABLE images")


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
