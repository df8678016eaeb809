"""A new password or signing out everywhere ends access tokens here, too."""

from importlib import import_module

from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None

_BEFORE = import_module("catalog_service.models.migrations.versions.v0021_administration").UP
_DROP = next(each for each in _BEFORE if "DROP FUNCTION catalog_hold_standings" in each)
_FIRST = next(each for each in _BEFORE if "CREATE FUNCTION catalog_hold_standings" in each)
_HOLD = _FIRST.replace(
    "is_approved boolean", "is_approved boolean, least_token_version integer"
).replace("standing.is_approved", "standing.is_approved, standing.least_token_version")

UP = (
    "ALTER TABLE account_standings ADD COLUMN least_token_version integer NOT NULL DEFAULT 0",
    _DROP,
    _HOLD,
)
DOWN = (
    _DROP,
    _FIRST,
    "ALTER TABLE account_standings DROP COLUMN least_token_version",
)


def upgrade() -> None:
    """Apply."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    for statement in DOWN:
        op.execute(statement)
