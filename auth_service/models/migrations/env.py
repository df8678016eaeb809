"""Where alembic begins; ``shared.database.migrations`` hands over the connection."""

from auth_service.models.tables import metadata
from shared.database.migrations import run_migrations

run_migrations(metadata)
