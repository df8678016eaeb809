"""Settings of the catalog service, with the names of its environment in lower case."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field

from shared.settings import ServiceSettings

ENV_FILE = Path("catalog_service/.env")


class CatalogSettings(ServiceSettings):
    """``ServiceSettings`` and what the work beside requests needs."""

    service_name: ClassVar[str] = "catalog"

    port: int = Field(8000, ge=0, le=65535)

    database_writers: int | None = Field(
        None, ge=1, description="Connections that writers may hold at once; default: half."
    )
    expire_every_seconds: float = Field(60.0, gt=0, description="Between two sweeps.")
    views_every_seconds: float = Field(2.0, gt=0, description="Between two writings of views.")
    views_kept: int = Field(10_000, ge=1, description="Views that may wait; more are dropped.")

    @property
    def writers(self) -> int:
        """How many connections writers may hold; the rest is left for reading."""
        return self.database_writers or max(1, self.database_pool_size // 2)
