"""The operator's settings: read once from the environment and `.env`, frozen, passed down."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from est.errors import OperatorError


class Settings(BaseModel):
    """What `est` itself reads; every other variable is passed on to the servers as it is.

    The root's `.env` is the operator's file: it may hold the servers' settings too. A service
    started alone reads its own file (`auth_service/.env`, `catalog_service/.env`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    env: str = Field("dev", pattern="^(dev|staging|prod)$")
    est_home: Path = Field(Path(".est"), description="Everything a run writes: data, keys, mail.")
    auth_database_url: SecretStr | None = Field(None, description="Absent: embedded PostgreSQL.")
    catalog_database_url: SecretStr | None = Field(None, description="Absent: embedded PostgreSQL.")
    gateway_port: int = Field(4000, ge=1, le=65535)
    catalog_port: int = Field(8000, ge=1, le=65535)
    auth_port: int = Field(8001, ge=1, le=65535)
    postgres_port: int = Field(0, ge=0, le=65535, description="0: any free port.")
    auth_gateway_key: SecretStr | None = Field(None, description="Absent: random for each run.")
    catalog_gateway_key: SecretStr | None = Field(None, description="Absent: random for each run.")
    demo_data: bool = Field(True, description="Load demo data where databases are empty (dev).")
    supergraph: Path = Field(Path("schema/supergraph.graphql"), description="For the gateway.")
    explorer_config: Path = Field(Path(__file__).parent / "explorer", description="Its tabs.")
    bcrypt_cost: int | None = Field(None, ge=4, le=16, description="Absent: what auth has.")
    start_seconds: float = Field(60.0, gt=0, description="How long a server may take to be ready.")

    @property
    def is_dev(self) -> bool:
        """Whether ENV is dev."""
        return self.env == "dev"

    @property
    def auth_url(self) -> str:
        """Where auth listens."""
        return f"http://127.0.0.1:{self.auth_port}"

    @property
    def catalog_url(self) -> str:
        """Where catalog listens."""
        return f"http://127.0.0.1:{self.catalog_port}"

    @property
    def gateway_url(self) -> str:
        """Where the gateway listens."""
        return f"http://127.0.0.1:{self.gateway_port}"


_SERVERS_TOO = {"ENV", "BCRYPT_COST"}
_OWN = frozenset(name.upper() for name in Settings.model_fields) - _SERVERS_TOO


def read_environment(env_file: Path = Path(".env")) -> dict[str, str]:
    """Return the process's environment on top of the operator's `.env`."""
    from_file = {name: value for name, value in dotenv_values(env_file).items() if value}
    return from_file | dict(os.environ)


def load_settings(environment: Mapping[str, str], **flags: object) -> Settings:
    """Build the settings; a flag that was given beats the environment.

    Raises `OperatorError` with one line per fault, each beginning with a setting's name.
    """
    known = {
        name: environment[name.upper()]
        for name in Settings.model_fields
        if environment.get(name.upper())
    }
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings.model_validate(known | given)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        lines = [f"{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}" for fault in faults]
        raise OperatorError("\n".join(lines)) from None


def passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what servers inherit: everything but the operator's own settings."""
    return {name: value for name, value in environment.items() if name not in _OWN}
