"""Read the explorer's configuration: a folder with explorer.toml and one .graphql file per step.

title = "…"
[[sections]]                 # in the order of the page
title = "…"
role = "…"                   # optional: what the account that runs the steps should be
steps = ["01-name", "02-…"]  # 01-name.graphql, with its variables in 01-name.json
[sign_in]                    # optional, see model.SignIn; every key there is a key here
[[demo_accounts]]            # optional, see model.DemoAccount
[[hints]]                    # optional, see model.Hint: failures in the guide's words
"""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from gateway.explorer.errors import ExplorerConfigError
from gateway.explorer.model import ExplorerConfig, Hint, Step
from gateway.explorer.steps import read_step
from gateway.explorer.templates import BadTemplate, references

__all__ = ["ExplorerConfig", "ExplorerConfigError", "load_explorer_config"]

_CONFIG = TypeAdapter(ExplorerConfig)


def load_explorer_config(
    folder: Path | None, *, endpoint: str = "/graphql", demo_accounts: bool = False
) -> ExplorerConfig:
    """Read the folder; None gives a page without tabs and sign-in.

    `endpoint` is the path of the GraphQL endpoint in the gateway. `demo_accounts` is true only
    where the demo data is: their passwords are on the page.
    Raises ExplorerConfigError naming the file and what is wrong with it.
    """
    if folder is None:
        return ExplorerConfig(endpoint=endpoint)
    path = folder / "explorer.toml"
    values = _read_toml(path)
    if not demo_accounts:
        values.pop("demo_accounts", None)
    _read_steps(folder, values)
    try:
        config = _CONFIG.validate_python({**values, "endpoint": endpoint})
    except ValidationError as error:
        raise ExplorerConfigError(path, _explained(error)) from error
    _check_steps(folder, config)
    return config


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExplorerConfigError(path, f"cannot be read: {error}") from error


def _read_steps(folder: Path, values: dict[str, Any]) -> None:
    """Put each named step in the place of its name; a shape that is wrong is left to validation."""
    for section in values.get("sections", []):
        names = section.get("steps")
        if isinstance(names, list):
            section["steps"] = [read_step(folder / f"{name}.graphql") for name in names]


def _check_steps(folder: Path, config: ExplorerConfig) -> None:
    steps = [step for section in config.sections for step in section.steps]
    names = [step.operation for step in steps]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ExplorerConfigError(folder, f"several steps are called {', '.join(repeated)}")
    if len(steps) < len(list(folder.glob("*.graphql"))):
        raise ExplorerConfigError(folder, "holds .graphql files that no section names as a step")
    for step in steps:
        _check_templates(folder, step, names)
    for hint in config.hints:
        _check_hint(folder, hint, names)


def _check_templates(folder: Path, step: Step, names: list[str]) -> None:
    try:
        unknown = {name for name, _ in references(step.variables)} - set(names)
    except BadTemplate as error:
        raise ExplorerConfigError(folder, f"the variables of {step.operation}: {error}") from error
    if unknown:
        raise ExplorerConfigError(
            folder, f"the variables of {step.operation} need {', '.join(sorted(unknown))}: no step"
        )


def _check_hint(folder: Path, hint: Hint, names: list[str]) -> None:
    named = {*hint.operations, *([hint.step] if hint.step else [])}
    unknown = sorted(named - set(names))
    if unknown:
        raise ExplorerConfigError(
            folder, f"the hint for {', '.join(hint.codes)} names {', '.join(unknown)}: no step"
        )


def _explained(error: ValidationError) -> str:
    problems = (
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)
    )
    return "; ".join(problems)
