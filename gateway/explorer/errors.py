"""What can be wrong with the explorer's configuration."""

from pathlib import Path

from shared.errors import ConfigurationError


class ExplorerConfigError(ConfigurationError):
    """The folder that EXPLORER_CONFIG names cannot be used; the message says which file and why."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"EXPLORER_CONFIG: {path}: {problem}")
        self.path = path
