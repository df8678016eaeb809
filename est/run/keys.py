"""The gateway keys: what the gateway shows to each service, and what that service wants to see."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkstemp

from pydantic import SecretStr

from est.settings import Settings


@dataclass(frozen=True, slots=True)
class GatewayKeys:
    """One secret per service."""

    auth: str = field(repr=False)
    catalog: str = field(repr=False)


def random_keys(settings: Settings) -> GatewayKeys:
    """Return the keys given by settings, else new ones: a run shares its keys with nobody."""
    return _given_or(settings, GatewayKeys(_new(), _new()))


def kept_keys(settings: Settings) -> GatewayKeys:
    """Return the keys given, else those that all servers started one by one find in a file."""
    file = settings.est_home / "keys" / "gateway-keys.json"
    if not file.exists():
        _make(file)
    return _given_or(settings, GatewayKeys(**json.loads(file.read_text())))


def _make(file: Path) -> None:
    """Write new keys; of several that start at once one wins, and nobody sees half a file."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = json.dumps({"auth": _new(), "catalog": _new()})
    handle, draft = mkstemp(prefix=f"{file.stem}.", dir=file.parent)  # its owner's only
    try:
        with os.fdopen(handle, "w") as written:
            written.write(text)
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        Path(draft).unlink()


def _given_or(settings: Settings, otherwise: GatewayKeys) -> GatewayKeys:
    return GatewayKeys(
        _text(settings.auth_gateway_key) or otherwise.auth,
        _text(settings.catalog_gateway_key) or otherwise.catalog,
    )


def _text(key: SecretStr | None) -> str:
    return key.get_secret_value() if key else ""


def _new() -> str:
    return secrets.token_urlsafe(32)
