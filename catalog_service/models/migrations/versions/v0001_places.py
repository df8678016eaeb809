"""Places and partnerships, and what every table stands on.

Statements are written out: a revision keeps meaning what it meant when it ran, whatever the tables
become later.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# All three are trusted extensions: the owner of the database may create them. They stay on a
# downgrade, because something else in the database may use them by then.
EXTENSIONS = ("cube", "earthdistance", "pg_trgm")

UP = (
    *(f"CREATE EXTENSION IF NOT EXISTS {extension}" for extension in EXTENSIONS),
    """
    CREATE FUNCTION catalog_touch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.updated_at := clock_timestamp();
        RETURN NEW;
    END $$
    """,
    # Declared immutable by us: array_to_string is only stable because it accepts any element
    # type, and for text it depends on nothing.
    """
    CREATE FUNCTION catalog_search_text(title text, body text, tags text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT lower(normalize(
            coalesce(title, '') || ' ' || coalesce(body, '') || ' '
            || coalesce(array_to_string(tags, ' '), ''), NFKC))
    $$
    """,
    # The same folding for what is searched, with the wildcards of LIKE taken literally.
    r"""
    CREATE FUNCTION catalog_search_pattern(term text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT '%' || regexp_replace(lower(normalize(term, NFKC)), '([\\%_])', '\\\1', 'g') || '%'
    $$
    """,
    """
    CREATE TABLE places (
        id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        name varchar NOT NULL,
        description varchar NOT NULL DEFAULT '',
        address varchar NOT NULL,
        latitude double precision NOT NULL,
        longitude double precision NOT NULL,
        time_zone varchar NOT NULL,
        currency varchar(3) NOT NULL,
        closed_at timestamptz,
        CONSTRAINT pk_places PRIMARY KEY (id),
        CONSTRAINT ck_places_latitude CHECK (latitude BETWEEN -90 AND 90),
        CONSTRAINT ck_places_longitude CHECK (longitude BETWEEN -180 AND 180),
        CONSTRAINT ck_places_currency CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT ck_places_time_zone
            CHECK (timezone(time_zone, timestamp '2000-01-01 00:00') IS NOT NULL)
    )
    """,
    "CREATE INDEX ix_places_name_id ON places (lower(name), id)",
    """
    CREATE INDEX ix_places_search ON places
        USING gin (catalog_search_text(name, address, NULL) gin_trgm_ops)
    """,
    "CREATE INDEX ix_places_earth ON places USING gist (ll_to_earth(latitude, longitude))",
    "CREATE TRIGGER touch BEFORE UPDATE ON places FOR EACH ROW EXECUTE FUNCTION catalog_touch()",
    """
    CREATE TABLE partnerships (
        id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        partner_user_id uuid NOT NULL,
        place_id uuid NOT NULL,
        role varchar NOT NULL,
        is_active boolean NOT NULL DEFAULT true,
        CONSTRAINT pk_partnerships PRIMARY KEY (id),
        CONSTRAINT uq_partnerships_partner_user_id_place_id UNIQUE (partner_user_id, place_id),
        CONSTRAINT ck_partnerships_role CHECK (role IN ('OWNER', 'MANAGER', 'STAFF')),
        CONSTRAINT fk_partnerships_place_id FOREIGN KEY (place_id)
            REFERENCES places (id) ON DELETE RESTRICT
    )
    """,
    "CREATE INDEX ix_partnerships_place_id ON partnerships (place_id, created_at, id)",
    "CREATE INDEX ix_partnerships_partner ON partnerships (partner_user_id, created_at, id)",
    """
    CREATE TRIGGER touch BEFORE UPDATE ON partnerships
        FOR EACH ROW EXECUTE FUNCTION catalog_touch()
    """,
)

DOWN = (
    "DROP TABLE partnerships",
    "DROP TABLE places",
    "DROP FUNCTION catalog_search_pattern(text)",
    "DROP FUNCTION catalog_search_text(text, text, text[])",
    "DROP FUNCTION catalog_touch()",
)


def upgrade() -> None:
    """Create extensions, functions and the two tables."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables and functions."""
    for statement in DOWN:
        op.execute(statement)
