"""Settings of the catalog service, with the names of its environment in lower case."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr

from catalog_service.domain.places import InvitationLimits
from catalog_service.domain.reservations import CustomerLimits
from shared.settings import other_key_faults
from shared.settings.service import ServiceSettings

ENV_FILE = Path("catalog_service/.env")


class CatalogSettings(ServiceSettings):
    """``ServiceSettings`` and what the work beside requests needs."""

    service_name: ClassVar[str] = "catalog"

    port: int = Field(8000, ge=0, le=65535)

    database_writers: int | None = Field(
        None, ge=1, description="Connections that writers may hold at once; default: half."
    )
    expire_every_seconds: float = Field(60.0, gt=0, description="Between two sweeps.")
    schedules_every_seconds: float = Field(
        10.0, gt=0, description="Between two looks for scheduled offers that are due."
    )
    remind_every_seconds: float = Field(
        30.0, gt=0, description="Between two looks for pickups to remind of."
    )
    views_every_seconds: float = Field(2.0, gt=0, description="Between two writings of views.")
    views_kept: int = Field(10_000, ge=1, description="Views that may wait; more are dropped.")

    reservations_per_customer: int = Field(
        20, ge=1, description="Live reservations that one account may hold."
    )
    cancellations_per_hour: int = Field(
        10, ge=1, description="Reservations given back before the next is refused for a while."
    )

    invitations_per_hour: int = Field(
        30, ge=1, description="Invitations that one account may send."
    )
    invitations_per_address: int = Field(
        5, ge=1, description="Invitations that one address, or account, may be sent in a day."
    )

    public_url: str | None = Field(
        None, description="Where browsers reach /exports and /images; default: CATALOG_SERVICE_URL."
    )
    image_store: str = Field(
        "file:.est/images", description="file:FOLDER, or s3://BUCKET?endpoint=URL&region=NAME."
    )
    image_store_key_id: SecretStr | None = Field(None, description="For the bucket.")
    image_store_secret: SecretStr | None = Field(None, description="For the bucket.")
    images_every_seconds: float = Field(
        3600.0, gt=0, description="Between two looks for pictures that nothing shows."
    )

    auth_gateway_key: SecretStr | None = Field(None, description="For asking about accounts.")
    outbox_poll_seconds: float = Field(5.0, gt=0, description="When no notification came.")
    partners_every_seconds: float = Field(
        60.0, gt=0, description="Between two looks for partners that nothing was told of."
    )

    def faults(self) -> list[str]:
        """See ``ServiceSettings``; in staging and prod it must be able to reach auth."""
        found = super().faults()
        if self.is_dev:
            return found
        if self.auth_gateway_key is None:
            found.append(f"AUTH_GATEWAY_KEY: is required with ENV={self.env.value}")
        else:
            found += other_key_faults("AUTH_GATEWAY_KEY", self.auth_gateway_key, self.gateway_key)
        if self.public_url is not None and not self.public_url.startswith("https://"):
            found.append("PUBLIC_URL: must be an https:// URL (links to files are credentials)")
        return found

    @property
    def customer_limits(self) -> CustomerLimits:
        """How much one customer may do."""
        return CustomerLimits(self.reservations_per_customer, self.cancellations_per_hour)

    @property
    def invitation_limits(self) -> InvitationLimits:
        """How much may be invited."""
        return InvitationLimits(self.invitations_per_hour, self.invitations_per_address)

    @property
    def writers(self) -> int:
        """How many connections writers may hold; the rest is left for reading."""
        return self.database_writers or max(1, self.database_pool_size // 2)
