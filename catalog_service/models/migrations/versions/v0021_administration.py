"""Suspended accounts, what admins take down, reports, and the audit log."""

from alembic import op

revision = "0021"
down_revision = "0033"
branch_labels = None
depends_on = None


def _hold(more_types: str, more_columns: str) -> tuple[str, str]:
    return (
        "DROP FUNCTION catalog_hold_standings(uuid[])",
        f"""
    CREATE FUNCTION catalog_hold_standings(ids uuid[])
    RETURNS TABLE (user_id uuid, is_erased boolean, version integer, role varchar,
        is_verified boolean{more_types})
    LANGUAGE plpgsql VOLATILE AS $$
    #variable_conflict use_column
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(hashtextextended(CAST(id AS text), 0))
            FROM unnest(ids) AS id;
        RETURN QUERY SELECT asked.id, erased.user_id IS NOT NULL,
                standing.version, standing.role, standing.is_verified{more_columns}
            FROM unnest(ids) AS asked (id)
                LEFT JOIN erased_users AS erased ON erased.user_id = asked.id
                LEFT JOIN account_standings AS standing ON standing.user_id = asked.id;
    END $$
    """,  # noqa: S608  all texts are ours
    )


UP = (
    """
    ALTER TABLE account_standings
        ADD COLUMN is_suspended boolean NOT NULL DEFAULT false,
        ADD COLUMN is_approved boolean NOT NULL DEFAULT true
    """,
    *_hold(
        ", is_suspended boolean, is_approved boolean",
        ", standing.is_suspended, standing.is_approved",
    ),
    """
    ALTER TABLE places
        ADD COLUMN taken_down_at timestamptz,
        ADD COLUMN taken_down_reason varchar,
        ADD COLUMN is_unattended boolean NOT NULL DEFAULT false
    """,
    """
    ALTER TABLE offers
        ADD COLUMN taken_down_at timestamptz,
        ADD COLUMN taken_down_reason varchar,
        ADD COLUMN resumes boolean NOT NULL DEFAULT false
    """,
    # Whatever publishes, a partner, a schedule or a copy: what is withheld is not for sale. Who
    # inserts holds the place shared, so that it is not taken down past an offer it does not see.
    """
    CREATE FUNCTION catalog_withhold() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        withheld boolean;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            PERFORM FROM places WHERE id = NEW.place_id FOR SHARE;
        END IF;
        SELECT taken_down_at IS NOT NULL OR is_unattended INTO withheld
            FROM places WHERE id = NEW.place_id;
        IF withheld OR NEW.taken_down_at IS NOT NULL THEN
            NEW.status := 'paused';
            NEW.resumes := true;
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER offers_withhold BEFORE INSERT OR UPDATE OF status ON offers
    FOR EACH ROW WHEN (NEW.status = 'active') EXECUTE FUNCTION catalog_withhold()
    """,
    """
    CREATE TABLE reports (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        offer_id uuid NOT NULL,
        place_id uuid NOT NULL,
        reporter_id uuid,
        reason varchar NOT NULL,
        text varchar NOT NULL,
        resolution varchar,
        closed_at timestamptz,
        closed_by uuid,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_reports PRIMARY KEY (id),
        CONSTRAINT fk_reports_offer_id FOREIGN KEY (offer_id)
            REFERENCES offers (id) ON DELETE CASCADE,
        CONSTRAINT fk_reports_place_id FOREIGN KEY (place_id)
            REFERENCES places (id) ON DELETE CASCADE,
        CONSTRAINT uq_reports_reporter_id_offer_id UNIQUE (reporter_id, offer_id),
        CONSTRAINT ck_reports_reason CHECK (
            reason IN ('UNSAFE', 'MISLEADING', 'OFFENSIVE', 'NOT_THERE', 'OTHER')),
        CONSTRAINT ck_reports_closed_at CHECK ((closed_at IS NULL) = (resolution IS NULL))
    )
    """,
    "CREATE INDEX ix_reports_created_at_id ON reports (created_at, id)",
    "CREATE INDEX ix_reports_offer_id ON reports (offer_id)",
    "CREATE INDEX ix_reports_place_id ON reports (place_id)",
    """
    CREATE TABLE audit_log (
        id uuid NOT NULL,
        action varchar NOT NULL,
        actor_id uuid,
        target_type varchar NOT NULL,
        target_id uuid NOT NULL,
        reason varchar,
        details jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_audit_log PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_audit_log_target_id ON audit_log (target_id, created_at, id)",
    """
    CREATE FUNCTION catalog_only_append() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'audit_log is only added to';
    END $$
    """,
    """
    CREATE TRIGGER audit_log_only_append BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_only_append()
    """,
)

DOWN = (
    "DROP TABLE audit_log",
    "DROP FUNCTION catalog_only_append()",
    "DROP TABLE reports",
    "DROP TRIGGER offers_withhold ON offers",
    "DROP FUNCTION catalog_withhold()",
    """
    ALTER TABLE offers DROP COLUMN taken_down_at, DROP COLUMN taken_down_reason,
        DROP COLUMN resumes
    """,
    """
    ALTER TABLE places DROP COLUMN taken_down_at, DROP COLUMN taken_down_reason,
        DROP COLUMN is_unattended
    """,
    *_hold("", ""),
    "ALTER TABLE account_standings DROP COLUMN is_suspended, DROP COLUMN is_approved",
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
