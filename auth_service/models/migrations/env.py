"""Where alembic begins; ``shared.migrations`` hands over the connection."""

from auth_service.models.tables import metadata
from shared.migrations import run_migrations

run_migrations(metadata)
