"""Every setting of every part, from the code that reads them: `.env.example`, and a table."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from auth_service.core.settings import AuthSettings
from catalog_service.core.settings import CatalogSettings
from est.settings import Settings
from gateway.config.settings import GatewaySettings
from shared.settings.service import ServiceSettings

_HEAD = """\
# Every setting, with its default. Made by `make settings`.
#
# Copy what you change to .env. `est run` and compose.yaml read the file in the root and pass
# everything on; a service started without them reads its own: auth_service/.env or
# catalog_service/.env. Variables of the environment come before any file. Lists and mappings are
# JSON.
"""
_TABLE_HEAD = """\
# Settings

Every setting, with its default. Made by `make settings` from the code that reads them, as
`.env.example` is. Variables of the environment come before any file; lists and mappings are JSON.
What has no default is absent unless it is given.
"""
_TEXTS = {
    "ENV": "dev, staging or prod. Only dev forgives: demo data, mail in files, open subgraphs.",
    "HOST": "Address to listen on. `est run` always takes 127.0.0.1.",
    "PORT": "Port to listen on; `est run` takes AUTH_PORT, CATALOG_PORT and GATEWAY_PORT.",
    "DATABASE_POOL_SIZE": "Connections at most.",
    "MAX_BODY_BYTES": "Larger requests are answered 413.",
    "SUBGRAPH_ACCESS": "key: only holders of the gateway key; open: anyone (dev only).",
    "JWT_AUDIENCE": "The `aud` of access tokens.",
    "AUTH_SERVICE_URL": "Where auth is; its JWKS and the tokens' issuer follow from it.",
    "CATALOG_SERVICE_URL": "Where catalog is; deleted accounts are reported there.",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR.",
    "LOG_FORMAT": "json or console.",
    "JWT_ACCESS_TOKEN_EXPIRE_MINUTES": "Life of an access token.",
    "JWT_REFRESH_TOKEN_EXPIRE_DAYS": "Life of a refresh token.",
    "BCRYPT_COST": "Logarithm of bcrypt's rounds; at least 12 unless ENV=dev.",
    "SMTP_PORT": "The mail server's port.",
    "SMTP_USER": "Account at the mail server, if it wants one.",
    "SMTP_PASSWORD": "Its password.",
    "SMTP_SECURITY": "none, starttls or tls.",
    "SMTP_TIMEOUT_SECONDS": "For each step of sending one mail.",
    "MAIL_FROM": "Sender of all mail.",
    "GRAPHQL_PATH": "Where the gateway's endpoint and explorer are.",
    "SUBGRAPHS": "By name, over ALL_SUBGRAPHS: SUBGRAPHS__CATALOG__URL, SUBGRAPHS__CATALOG__KEY, …",
    "ALL_SUBGRAPHS__TIMEOUT_SECONDS": "For one request to a subgraph.",
    "ALL_SUBGRAPHS__MAX_REPLY_BYTES": "Larger replies are errors.",
    "ALL_SUBGRAPHS__TLS": "ca_file, client_certificate, verify.",
    "ALL_SUBGRAPHS__HEADERS": "forward, rename, insert, remove.",
    "SUBGRAPH_CLIENT": "auto, pyreqwest or httpx2.",
    "LIMITS__ALIASES": "Aliases in one request.",
    "LIMITS__ROOT_FIELDS": "Root fields in one request.",
    "LIMITS__SLICING_ARGUMENTS": "Arguments that say how long a list gets.",
    "ACCESS_LOG": "off, errors or all: which requests get a line.",
    "CACHE__OPERATIONS": "Prepared operations kept.",
    "CACHE__REJECTED": "Refused documents remembered.",
    "CORS__ORIGINS": "Origins that may call from a browser.",
    "CORS__CREDENTIALS": "Whether they may send cookies.",
    "CORS__MAX_AGE": "Seconds that a browser keeps the answer to a preflight.",
    "GATEWAY_PORT": "Where `est run` starts the gateway.",
    "CATALOG_PORT": "Where `est run` starts catalog.",
    "AUTH_PORT": "Where `est run` starts auth.",
}


@dataclass(frozen=True, slots=True)
class _Setting:
    """One line: the variable, its default as it is written, what it is for."""

    variable: str
    default: str
    text: str


def env_example() -> str:
    """Return the text of `.env.example`."""
    parts = [_HEAD]
    for title, settings in _sections():
        parts.append(f"\n# ── {title}\n\n")
        for setting in settings:
            parts.append(f"# {setting.text}\n" if setting.text else "")
            parts.append(f"#{setting.variable}={setting.default}\n")
    return "".join(parts)


def settings_table() -> str:
    """Return the text of `docs/operations/SETTINGS.md`."""
    parts = [_TABLE_HEAD]
    for title, settings in _sections():
        parts.append(f"\n## {title}\n\n| setting | default | what it is for |\n|---|---|---|\n")
        for setting in settings:
            default = f"`{setting.default}`" if setting.default else ""
            text = setting.text.replace("|", "\\|")
            parts.append(f"| `{setting.variable}` | {default} | {text} |\n")
    return "".join(parts)


def _sections() -> Iterator[tuple[str, list[_Setting]]]:
    inherited = frozenset(ServiceSettings.model_fields)
    sections = (
        ("est run (and its other commands)", Settings, frozenset[str]()),
        ("Every service", ServiceSettings, frozenset[str]()),
        ("Auth only", AuthSettings, inherited),
        ("Catalog only", CatalogSettings, inherited),
        ("Gateway", GatewaySettings, frozenset[str]()),
    )
    for title, model, left_out in sections:
        names = {name: f for name, f in model.model_fields.items() if name not in left_out}
        yield title, [found for name, field in names.items() for found in _settings(name, field)]


def _settings(name: str, field: FieldInfo, prefix: str = "") -> Iterator[_Setting]:
    variable = f"{prefix}{name.upper()}"
    nested = field.annotation
    if isinstance(nested, type) and issubclass(nested, BaseModel):
        for inner, inner_field in nested.model_fields.items():
            yield from _settings(inner, inner_field, f"{variable}__")
        return
    yield _Setting(variable, _value(field), field.description or _TEXTS.get(variable, ""))


def _value(field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True, validated_data={})
    return "" if default is PydanticUndefined or default is None else _written(default)


def _written(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()  # what everybody has by default is no secret
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return json.dumps(value)
    if isinstance(value, Path) and value.is_absolute():
        return str(value.relative_to(Path(__file__).parents[1]))
    return str(value)
