"""Settings of the auth service, with the names of its environment in lower case."""

from email.policy import SMTP
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr

from shared.settings import JwtAlgorithm, other_key_faults
from shared.settings.exposure import is_public
from shared.settings.service import ServiceSettings

ENV_FILE = Path("auth_service/.env")
SAFE_BCRYPT_COST = 12


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class AuthSettings(ServiceSettings):
    """``ServiceSettings`` and what accounts, tokens and mail need."""

    service_name: ClassVar[str] = "auth"

    port: int = Field(8001, ge=0, le=65535)

    jwt_access_token_expire_minutes: int = Field(15, ge=1, le=60)
    jwt_refresh_token_expire_days: int = Field(7, ge=1, le=90)
    jwt_private_key_file: Path | None = Field(None, description="PEM, P-256: signs tokens.")
    jwt_next_key_file: Path | None = Field(None, description="Published ahead of its use.")
    jwt_previous_key_file: Path | None = Field(None, description="Published until it is forgotten.")

    bcrypt_cost: int = Field(SAFE_BCRYPT_COST, ge=4, le=16)
    bcrypt_workers: int = Field(2, ge=1, le=64, description="Hashes computed at once.")
    bcrypt_queue: int = Field(20, ge=1, description="Hashes that may wait; the rest is refused.")

    smtp_host: str | None = Field(None, description="Absent (dev only): mail goes to MAIL_FOLDER.")
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    mail_domain: str = Field("est.example", description="The right side of Message-IDs.")
    smtp_timeout_seconds: float = Field(20.0, gt=0, le=60)
    mail_from: str = "EST <no-reply@est.example>"
    mail_reply_to: str | None = Field(
        None, description="Who reads answers: letters say “write to us”. Default: MAIL_FROM."
    )
    mail_link_base: str = Field(
        "http://127.0.0.1:4000/graphql",
        description="Links in mails: this, and the token in the fragment.",
    )

    public_url: str | None = Field(
        None, description="Where browsers reach /unsubscribe; default: AUTH_SERVICE_URL."
    )

    partner_approval: bool = Field(
        False, description="New partners wait until an admin approves them."
    )

    limits_factor: int = Field(1, ge=1, description="Multiplies every attempt limit; dev only.")

    est_home: Path = Field(Path(".est"), description="Development keys and mail are written here.")
    outbox_poll_seconds: float = Field(5.0, gt=0, description="When no notification came.")
    catalog_gateway_key: SecretStr | None = Field(None, description="For delivering deletions.")
    catalog_wait_seconds: float = Field(
        1.0, gt=0, le=60, description="For the catalog to hear of a change before it is answered."
    )

    @property
    def mail_folder(self) -> Path:
        """Where mail goes without SMTP."""
        return self.est_home / "mail"

    @property
    def development_key_file(self) -> Path:
        """The signing key made on first start in dev."""
        return self.est_home / "keys" / "auth-es256.pem"

    def faults(self) -> list[str]:
        """See ``ServiceSettings``; in staging and prod mail, keys and hashing must be real."""
        found = super().faults()
        found += one_address_faults("MAIL_FROM", self.mail_from)
        found += one_address_faults("MAIL_REPLY_TO", self.mail_reply_to)
        if self.is_dev:
            return found
        found += self._mail_faults()
        if self.bcrypt_cost < SAFE_BCRYPT_COST:
            found.append(f"BCRYPT_COST: must be at least {SAFE_BCRYPT_COST} unless ENV=dev")
        if self.limits_factor != 1:
            found.append("LIMITS_FACTOR: must be 1 unless ENV=dev")
        return found + self._key_faults()

    def _mail_faults(self) -> list[str]:
        found = []
        if self.smtp_host is None:
            found.append(f"SMTP_HOST: is required with ENV={self.env.value}")
        if self.smtp_security is SmtpSecurity.NONE:
            if self.smtp_user is not None:
                found.append("SMTP_SECURITY: must be starttls or tls when SMTP_USER is given")
            elif is_public(self.smtp_host):
                found.append("SMTP_SECURITY: must be starttls or tls to a host that is not private")
        if not self.mail_link_base.startswith("https://"):
            found.append("MAIL_LINK_BASE: must be an https:// URL (links in mails carry tokens)")
        if self.public_url is not None and not self.public_url.startswith("https://"):
            found.append("PUBLIC_URL: must be an https:// URL (links in mails are credentials)")
        return found

    def _key_faults(self) -> list[str]:
        found = []
        if self.algorithm is JwtAlgorithm.ES256 and self.jwt_private_key_file is None:
            found.append(
                f"JWT_PRIVATE_KEY_FILE: is required with ENV={self.env.value}, or JWT_SECRET"
            )
        for name in ("jwt_private_key_file", "jwt_next_key_file", "jwt_previous_key_file"):
            path = getattr(self, name)
            if path is not None and not path.is_file():
                found.append(f"{name.upper()}: {path} is not there")
        if self.catalog_gateway_key is None:
            found.append(f"CATALOG_GATEWAY_KEY: is required with ENV={self.env.value}")
        else:
            found += other_key_faults(
                "CATALOG_GATEWAY_KEY", self.catalog_gateway_key, self.gateway_key
            )
        return found


def one_address_faults(name: str, value: str | None) -> list[str]:
    """Why this is not one address with a name before it, perhaps: no mail would ever leave."""
    if value is None:
        return []
    try:
        header = SMTP.header_factory("From", value)
        addresses = [] if header.defects else list(header.addresses)
    except (ValueError, IndexError):  # as the email package makes of some
        addresses = []
    if len(addresses) == 1 and addresses[0].username and addresses[0].domain:
        return []
    return [f"{name}: must be one address, as in EST <no-reply@est.example>"]
