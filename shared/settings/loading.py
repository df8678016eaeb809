"""Settings from the environment and an env file, or every fault of them at once."""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.errors import ConfigurationError

SettingsT = TypeVar("SettingsT", bound=BaseSettings)


def load_settings(cls: type[SettingsT], env_file: Path | None = None, **given: Any) -> SettingsT:
    """Read ``cls`` from the environment and ``env_file``; ``given`` values come before both.

    Raises ``ConfigurationError`` with one line per fault, each beginning with a setting's name.
    """
    try:
        return cls(_env_file=env_file, **given)
    except ValidationError as error:
        lines = _explain(error).splitlines()
        lines += [line for line in _more_faults(cls, error, env_file, given) if line not in lines]
        raise ConfigurationError("\n".join(lines)) from None


def _more_faults(
    cls: type[BaseSettings], error: ValidationError, env_file: Path | None, given: dict[str, Any]
) -> list[str]:
    """What ``faults`` would have told, had the values been readable: all is told at once.

    Each value that could not be read is left at its default for that.
    """
    unreadable = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]}
    if not unreadable:
        return []

    class Lenient(cls):  # type: ignore[misc,valid-type]  # a class chosen at run time
        model_config = SettingsConfigDict(extra="ignore")

    fields = cls.model_fields
    instead = {
        name: _PLAUSIBLE.get(name, fields[name].get_default(call_default_factory=True))
        for name in unreadable & fields.keys()
    }
    try:
        Lenient(_env_file=env_file, **{**given, **instead})
    except ValidationError as more:
        return _explain(more).splitlines()
    return []


_PLAUSIBLE = {"database_url": "postgresql://localhost/database"}  # has no default


def _explain(error: ValidationError) -> str:
    lines: list[str] = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        message = fault["msg"].removeprefix("Value error, ")
        name = ".".join(str(part) for part in fault["loc"]).upper()
        if fault["type"] == "missing":
            lines.append(f"{name}: is required")
        elif fault["type"] == "extra_forbidden":
            lines.append(f"{name}: is not a setting of this service")
        else:
            lines.extend([f"{name}: {message}"] if name else message.splitlines())
    return "\n".join(lines)
