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
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from gateway.config.safety import check_safe, unsafe_settings
from gateway.config.settings import GatewaySettings, folded
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
            del env_settings, dotenv_settings, file_secret_settings
            environment = _Environment(settings_cls)
            return (init_settings, environment, InitSettingsSource(settings_cls, values))

    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Loaded(**given)
    except ValidationError as error:
        lines = [*_explain(error), *_other_faults(Loaded, error, given)]
        raise ConfigurationError("\n".join(dict.fromkeys(lines))) from None


class _Environment(EnvSettingsSource):
    """The environment; what should be JSON and is none is a fault among the others."""

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        """Leave it as it is: validation then says what it should be."""
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


def _other_faults(
    loaded: type[GatewaySettings], error: ValidationError, given: dict[str, Any]
) -> list[str]:
    """What else is wrong: sections that cannot be read are left at their defaults for that."""
    unreadable = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]}

    class Lenient(loaded):  # type: ignore[misc,valid-type]  # a class made at run time
        model_config = ConfigDict(extra="ignore")

        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], **sources: PydanticBaseSettingsSource
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            given = super().settings_customise_sources(settings_cls, **sources)
            return tuple(_without(unreadable, source, settings_cls) for source in given)

    try:
        return list(unsafe_settings(Lenient(**given)))
    except ValidationError:
        return []


def _without(
    names: set[str], source: PydanticBaseSettingsSource, settings_cls: type[BaseSettings]
) -> PydanticBaseSettingsSource:
    values = {name: value for name, value in source().items() if name not in names}
    return InitSettingsSource(settings_cls, values)


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
    if isinstance(sections := values.get("subgraphs"), dict):
        values["subgraphs"] = _as_the_environment_names_them(sections, path)
    return values


def _as_the_environment_names_them(sections: dict[Any, Any], path: Path) -> dict[str, Any]:
    """Fold the names of subgraphs, so that what the environment says of one lies over them."""
    named = {folded(str(name)): section for name, section in sections.items()}
    if len(named) < len(sections):
        names = ", ".join(sorted(map(str, sections)))
        raise ConfigurationError(f"{CONFIG_VARIABLE}: {path}: one subgraph twice among {names}")
    return named


def config_schema() -> str:
    """Return the JSON Schema of the configuration file."""
    return json.dumps(GatewaySettings.model_json_schema(), indent=2)


_SAID = {
    "extra_forbidden": "is not a setting of the gateway",
    "list_type": 'must be a list (in the environment as JSON: ["one", "two"])',
    "dict_type": 'must be a table (in the environment as JSON: {"name": "value"})',
}


def _explain(error: ValidationError) -> list[str]:
    lines: list[str] = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        name = "__".join(str(part) for part in fault["loc"]).upper()
        said = _SAID.get(fault["type"], fault["msg"])
        lines.append(f"{name}: {said}")
    return lines
