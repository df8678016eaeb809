"""Where settings come from: the file that GATEWAY_CONFIG names, the environment on top, then flags.

The file is TOML or YAML. Nested values are reached from the environment with two underscores:
``SUBGRAPHS__ACCOUNTS__URL``, ``LIMITS__DEPTH``. This is the only module of the gateway that reads
settings from the environment.
"""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import yaml
from pydantic import ConfigDict, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from gateway.config.safety import check_safe, unsafe_settings
from gateway.config.settings import GatewaySettings
from shared.errors import ConfigurationError

CONFIG_VARIABLE = "GATEWAY_CONFIG"


def read_settings(config: Path | None = None, **flags: Any) -> GatewaySettings:
    """Read the settings with which a gateway may start; see ``read_any_settings``."""
    settings = read_any_settings(config, **flags)
    check_safe(settings)
    return settings


def read_any_settings(config: Path | None = None, **flags: Any) -> GatewaySettings:
    """Read the settings, safe or not; ``flags`` that are not None come before all else.

    Raises ConfigurationError with one line per fault, each beginning with a setting's name.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    path = config or (Path(named) if named else None)
    values = {} if path is None else read_config_file(path)

    class Loaded(GatewaySettings, BaseSettings):
        model_config = SettingsConfigDict(env_nested_delimiter="__", env_ignore_empty=True)

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del dotenv_settings, file_secret_settings
            return (init_settings, env_settings, InitSettingsSource(settings_cls, values))

    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Loaded(**given)
    except ValidationError as error:
        lines = [*_explain(error), *_other_faults(Loaded, error, given)]
        raise ConfigurationError("\n".join(dict.fromkeys(lines))) from None


def _other_faults(
    loaded: type[GatewaySettings], error: ValidationError, given: dict[str, Any]
) -> list[str]:
    """What else is wrong: sections that cannot be read are left at their defaults for that."""
    unreadable = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]}

    class Lenient(loaded):  # type: ignore[misc,valid-type]  # a class made at run time
        model_config = ConfigDict(extra="ignore")

    fields = GatewaySettings.model_fields
    instead = {
        name: fields[name].get_default(call_default_factory=True)
        for name in unreadable & fields.keys()
    }
    try:
        return list(unsafe_settings(Lenient(**{**given, **instead})))
    except ValidationError:
        return []


def read_config_file(path: Path) -> dict[str, Any]:
    """Parse a TOML or YAML file to the settings it gives. Raises ConfigurationError."""
    try:
        text = path.read_text(encoding="utf-8")
        values = yaml.safe_load(text) if path.suffix in {".yaml", ".yml"} else tomllib.loads(text)
    except OSError as error:
        raise ConfigurationError(f"{CONFIG_VARIABLE}: {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{CONFIG_VARIABLE}: {path}: {error}") from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ConfigurationError(f"{CONFIG_VARIABLE}: {path}: must be a table of settings")
    return values


def config_schema() -> str:
    """Return the JSON Schema of the configuration file."""
    return json.dumps(GatewaySettings.model_json_schema(), indent=2)


def _explain(error: ValidationError) -> list[str]:
    lines: list[str] = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        name = "__".join(str(part) for part in fault["loc"]).upper()
        is_unknown = fault["type"] == "extra_forbidden"
        lines.append(f"{name}: {'is not a setting of the gateway' if is_unknown else fault['msg']}")
    return lines
