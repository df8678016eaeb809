"""The catalog is told, too, when sessions end: a new password ends access tokens everywhere.

A new role ends sessions as well, but what it allows is told by itself: a token goes on with it.
"""

from importlib import import_module

from alembic import op

revision = "0055"
down_revision = "0040"
branch_labels = None
depends_on = None

_BEFORE = import_module("auth_service.models.migrations.versions.v0011_administration").UP
_FIRST_COUNT = next(each for each in _BEFORE if "TRIGGER users_count_standing BEFORE" in each)
_FIRST_TELL = next(each for each in _BEFORE if "FUNCTION auth_tell_standing" in each)

_COUNT = _FIRST_COUNT.replace(
    "OLD.is_approved", "OLD.is_approved, OLD.least_token_version"
).replace("NEW.is_approved", "NEW.is_approved, NEW.least_token_version")
_TELL = _FIRST_TELL.replace(
    "'occurredAt'", "'leastTokenVersion', account.least_token_version, 'occurredAt'"
)

UP = (
    "ALTER TABLE users ADD COLUMN least_token_version integer NOT NULL DEFAULT 0",
    "DROP TRIGGER users_count_standing ON users",
    _COUNT,
    _TELL,
)
DOWN = (
    "DROP TRIGGER users_count_standing ON users",
    _FIRST_COUNT,
    _FIRST_TELL,
    "ALTER TABLE users DROP COLUMN least_token_version",
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
