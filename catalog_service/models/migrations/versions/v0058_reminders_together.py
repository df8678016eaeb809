"""Reminders of all reservations that one statement ends are withdrawn by one, not by one each.

An offer may be cancelled that thousands reserved.
"""

from importlib import import_module

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

_BEFORE = import_module("catalog_service.models.migrations.versions.v0020_reminders").UP
_ONE_BY_ONE = tuple(each for each in _BEFORE if "catalog_withdraw_reminders" in each)

UP = (
    "DROP TRIGGER reservations_withdraw_reminders ON reservations",
    # No joins: a plan is kept, and may have been made for one row or for thousands. Nothing is
    # inserted where there is nothing: even that would wake who waits for the outbox.
    """
    CREATE OR REPLACE FUNCTION catalog_withdraw_reminders() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        ended uuid[] := ARRAY(
            SELECT id FROM now_so
            WHERE status IN ('CANCELLED_BY_CUSTOMER', 'CANCELLED_BY_PARTNER')
                AND pickup_start > now()
            INTERSECT SELECT id FROM was_so WHERE status = 'RESERVED');
        mails uuid[];
    BEGIN
        IF ended <> '{}' THEN
            mails := ARRAY(SELECT id FROM reminders WHERE reservation_id = ANY (ended));
        END IF;
        IF mails <> '{}' THEN
            INSERT INTO outbox (id, kind, payload)
            SELECT made.id, 'event', jsonb_build_object('id', made.id, 'type', 'mail.withdrawn',
                'mailId', made.mail_id, 'occurredAt', clock_timestamp())
            FROM (SELECT gen_random_uuid() AS id, mail_id FROM unnest(mails) AS mail_id) AS made;
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER reservations_withdraw_reminders AFTER UPDATE ON reservations
    REFERENCING OLD TABLE AS was_so NEW TABLE AS now_so
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_withdraw_reminders()
    """,
)

DOWN = (
    "DROP TRIGGER reservations_withdraw_reminders ON reservations",
    "DROP FUNCTION catalog_withdraw_reminders()",
    *_ONE_BY_ONE,
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
